// Go templates: what they print. Where podman is, it is asked the same (its --format is Go's own text/template).

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../src/cli/template/evaluate.ts';
import { mistake } from '../../mistake.ts';

const VALUE = {
  Id: 'abc',
  Name: '/box',
  State: { Status: 'running', Pid: 42, OOMKilled: false, Health: null },
  Labels: new Map([
    ['b', '2'],
    ['a.b', '1'],
  ]),
  Args: ['sh', '-c', 'echo "hi"'],
  Empty: [] as string[],
  Mounts: [
    { Source: '/a', RW: true },
    { Source: '/b', RW: false },
  ],
  Label: (name: string) => `label ${name}`,
};

const run = (template: string, value: unknown = VALUE) => compile(template)(value);

describe('a template prints', () => {
  test.each([
    ['plain text', 'plain text'],
    ['{{.Id}}', 'abc'],
    ['{{ .State.Pid }} {{.State.OOMKilled}}', '42 false'],
    ['{{$.Id}}', 'abc'],
    ['{{.State.Health}}', '<no value>'],
    ['{{.Labels}}', 'map[a.b:1 b:2]'],
    ['{{.Args}}', '[sh -c echo "hi"]'],
    ['{{.State}}', '{running 42 false <nil>}'],
    ['{{.Mounts}}', '[{/a true} {/b false}]'],
    ['{{json .State}}', '{"Status":"running","Pid":42,"OOMKilled":false,"Health":null}'],
    ['{{json .Labels}} {{.Args | json}}', '{"a.b":"1","b":"2"} ["sh","-c","echo \\"hi\\""]'],
    ['{{json .Name}}', '"/box"'],
    ['{{join .Args " "}}', 'sh -c echo "hi"'],
    ['{{upper .Id}} {{lower "ABC"}} {{title "hello world"}}', 'ABC abc Hello World'],
    ['{{split "a,b" ","}}', '[a b]'],
    ['{{index .Args 1}} {{index .Labels "a.b"}} {{(index .Mounts 0).Source}}', '-c 1 /a'],
    ['[{{index .Labels "none"}}]', '[]'],
    ['{{.Labels.b}} {{.Labels.none}}', '2 <no value>'],
    ['{{.Label "x"}}', 'label x'],
    ['{{len .Args}} {{len .Name}}', '3 4'],
    ['{{slice .Id 1}} {{slice .Id 0 2}}', 'bc ab'],
    ['{{pad .Id 1 2}}|{{truncate .Name 2}}', ' abc  |/b'],
    ['{{print 1 2 "x" 3}}|{{println "a" 1}}', '1 2x3|a 1\n'],
    ['{{html "<a>"}} {{urlquery "a b"}}', '&lt;a&gt; a%20b'],
  ])('%s', (template, text) => {
    expect(run(template)).toBe(text);
  });
});

describe('a block', () => {
  test.each([
    ['{{if .State.OOMKilled}}killed{{else}}fine{{end}}', 'fine'],
    ['{{if .Empty}}a{{else if .Args}}b{{else}}c{{end}}', 'b'],
    ['{{if and .Id (not .Empty)}}yes{{end}}', 'yes'],
    ['{{if or .Empty .State.Health}}yes{{else}}no{{end}}', 'no'],
    ['{{range .Args}}<{{.}}>{{end}}', '<sh><-c><echo "hi">'],
    ['{{range $i, $a := .Args}}{{$i}}={{$a}};{{end}}', '0=sh;1=-c;2=echo "hi";'],
    ['{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}', 'a.b=1 b=2 '],
    ['{{range .Mounts}}{{.Source}}{{if .RW}}!{{end}} {{$.Id}} {{end}}', '/a! abc /b abc '],
    ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
    ['{{range .Args}}{{if eq . "-c"}}{{break}}{{end}}{{.}}{{end}}', 'sh'],
    ['{{range .Args}}{{if eq . "-c"}}{{continue}}{{end}}{{.}} {{end}}', 'sh echo "hi" '],
    ['{{with .State}}{{.Pid}}{{end}}', '42'],
    ['{{with .State.Health}}{{.}}{{else}}none{{end}}', 'none'],
    ['{{with $x := .Id}}{{$x}}{{end}}', 'abc'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21'],
    ['a {{- " b " -}} c', 'a b c'],
    ['a {{/* nothing */}} b', 'a  b'],
    ['a\n{{- if true}}\nb\n{{- end}}\n', 'a\nb\n'],
    ['{{"{{"}} {{`raw "x"`}} {{"\\t|\\u00e9"}}', '{{ raw "x" \t|é'],
    ["{{true}} {{1.5}} {{-3}} {{0x10}} {{'a'}}", 'true 1.5 -3 16 97'],
    ['{{"a" | printf "%s-%s" "b" | upper}}', 'B-A'],
    ['{{eq 1 2 3 1}} {{ne "a" "b"}} {{lt 1 2}} {{ge 2 2}}', 'true true true true'],
  ])('%s', (template, text) => {
    expect(run(template)).toBe(text);
  });
});

describe('what is wrong', () => {
  test.each([
    ['{{.Nam}}', /^template parsing error: can't evaluate field Nam: .* There are Id, Name, State, /],
    ['{{.State.Foo}}', /can't evaluate field Foo: .* There are Status, Pid, OOMKilled, Health$/],
    ['{{.Id.Foo}}', /can't evaluate field Foo in abc, which has no fields/],
    ['{{.State.Health.Status}}', /nil pointer evaluating \.Status/],
    ['{{nosuch .Id}}', /function "nosuch" not defined. There are and, eq, /],
    ['{{toString .Id}}', /function "toString" not defined/],
    ['{{$y}}', /undefined variable "\$y"/],
    ['{{.Id', /unclosed action/],
    ['{{if .Id}}x', /\{\{if \.Id\}\} has no \{\{end\}\}/],
    ['{{end}}', /unexpected \{\{end\}\}/],
    ['{{}}', /missing value for command/],
    ['{{.Id |}}', /missing value for command/],
    ['{{(.Id}}', /unclosed left paren/],
    ['{{.Id)}}', /unexpected "\)"/],
    ['{{.Id & 1}}', /unexpected "&/],
    ['{{index .Args 9}}', /index out of range: 9/],
    ['{{eq 1 "a"}}', /incompatible types for comparison/],
    ['{{upper 1}}', /error calling upper/],
    ['{{.Id "x"}}', /can't give argument to non-function Id/],
    ['{{template "x"}}', /\{\{template\}\} is not there/],
  ])('%s is said', (template, sentence) => {
    expect(mistake(() => run(template))).toMatch(sentence);
  });
});

const hasPodman = spawnSync('podman', ['--version']).status === 0;

/** Templates that need nothing of their value. */
const ALIKE = [
  '{{printf "%5d|%-5d|%05d|%+d" 42 42 42 42}}',
  '{{printf "%s|%10s|%-10s|%.2s|%q" "abc" "abc" "abc" "abc" "a\\"b"}}',
  '{{printf "%v %t %x %X %o %b %c %%" "v" true 255 255 8 5 65}}',
  '{{printf "%f %.2f %e %g" 1.5 1.005 1234.5 0.25}}',
  '{{printf "%x" "hi"}}',
  '{{print 1 2}} {{print "a" "b"}} {{print "a" 1 2}}',
  '{{println "a" 1 true}}',
  '{{len "häuser"}} {{len "abc"}}',
  '{{slice "abcdef" 1 3}}',
  '{{index (split "a,b,c" ",") 1}}',
  '{{range $i, $e := split "a,b,c" ","}}{{$i}}{{$e}} {{end}}',
  '{{if and 1 ""}}a{{else}}b{{end}} {{or "" "x"}} {{and 1 0 2}} {{not 0}}',
  '{{eq "a" "b" "a"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 1 2}} {{lt "a" "b"}}',
  '{{with "x"}}{{.}}{{end}}{{with ""}}a{{else}}b{{end}}',
  '{{$x := "a"}}{{$x}}{{$x = "b"}}{{$x}}',
  'a {{- "b" -}} c',
  '{{"a" | printf "%s%s" "b"}}',
  '{{upper "abc"}} {{lower "ABC"}} {{title "hello big world"}}',
  '{{join (split "a,b" ",") "-"}}',
  '{{json "a<b>&\\"c"}}',
  '{{json (split "a,b" ",")}}',
  "{{'a'}} {{0x1f}} {{1e3}} {{-2}} {{`raw`}}",
  '{{/* comment */}}x',
  '{{range split "a,b,c,d" ","}}{{if eq . "c"}}{{break}}{{end}}{{if eq . "a"}}{{continue}}{{end}}{{.}}{{end}}',
  '{{len (printf "%s" "abc") | printf "%03d"}}',
  '{{html "<a href=\\"x\\">&"}}',
  '{{true}} {{false}} {{1.50}}',
];

describe.runIf(hasPodman)('podman prints the same for', () => {
  test.each(ALIKE)('%s', (template) => {
    const { stdout, stderr } = spawnSync('podman', ['version', '--format', template], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(`${run(template, {})}\n`.replace(/\n+$/, '\n')).toBe(stdout.replace(/\n+$/, '\n'));
  });
});
