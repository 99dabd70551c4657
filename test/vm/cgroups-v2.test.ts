// Every controller on a kernel that has cgroup v2 and nothing else.

import { testChecks } from './run-checks.ts';

testChecks('v2', ['v2', 'unified', 'own machine', 'disk']);
