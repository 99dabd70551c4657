// Every controller on a kernel that has cgroup v1 and nothing else, with controllers that share a hierarchy.

import { testChecks } from './run-checks.ts';

testChecks('v1', ['v1', 'own machine', 'disk']);
