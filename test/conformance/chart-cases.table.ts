/** Ways to render charts of test/charts beyond default values and ci/*-values.yaml. */
export interface FlagCase {
  readonly chart: string;
  readonly name: string;
  /** Paths are relative to the folder that holds the chart. */
  readonly flags: readonly string[];
  /** Default `rel`; empty: none is given. */
  readonly release?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * - `copy`: a copy in a folder of its own, whose files in `out` belong to the outcome
   * - `packed-subcharts`: such a copy, with archives in place of the folders in charts/
   * - `archive`: the chart itself as an archive
   * - `nested-archives`: both
   */
  readonly as?: 'copy' | 'packed-subcharts' | 'archive' | 'nested-archives';
}

/** Names of cases in charts/errors-exec. */
const executionErrors = `
  nilfield nilchain scalarfield numberfield listfield rangefloat rangestring rangetwo eqkinds eqmaps eqone ltnil
  ltbool indexnil indexnil2 indexrange indexnegative indexfloat indexkey indexscalar lennil lennumber callstring
  fewargs manyargs wrongtype wrongliteral nilarg missingarg argtonofunc required requiredempty fail failprintf
  nestedrequired nestedinclude nestedtemplate includenone tplexec tplinclude tplfunction tpltype divzero modzero
  digvalues digscalar ternary semver constraint regex regexlook regexrepeat slicerange chunkzero firststring
  appendnil concatscalar substr repeatneg fromjson date datemodify urlparse lines chartfield capabilities apiversions
  releasefield undeclared setnil setkey merge tablemethod pathvalue badyaml badyamlhead badannotation scalardoc
  badtab multiline node deepnode pipeline unicode toyaml b64 aes cert signed`;

/** Keys of charts/errors-parse. */
const parseErrors = `
  function variable eof end else elseend paren rightparen quote raw char unclosed comment comment2 stage2 missing
  empty break continue define twice number number2 operator assign assign2 rangevars toomany nil dotdot field
  templatename badchar semicolon keyword blockname deep chain spacedot twodata endarg unicode escape at trim newline`;

const forEachCase = (chart: string, names: string): FlagCase[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => ({ chart, name, flags: ['--set', `case=${name}`] }));

const sets: Readonly<Record<string, readonly string[]>> = {
  set: ['--set', 'a=x,b.c=2,new.deep.er=y', '--set', 'keep=null,kid.gone=null'],
  'set-types': [
    '--set',
    'a=1,t=true,f=False,z=0,o=0777,e=1e3,d=1.5,n1=null,s=,neg=-5,big=12345678901234567890,m=1000000,q="x"',
  ],
  'set-lists': ['--set', 'a={x,1,y\\,z},b.d[1]=9,l[2]=z,ll[0][1]=v,b.d[2].e=g,b.d[2].h=i'],
  'set-escapes': ['--set', 'a=x\\,y,b\\.c=dotted,q\\=r=s,w=C:\\\\x,p=a=b', '--set', 'sub\\.dotted=new'],
  'set-string': ['--set-string', 'a=1,t=true,n1=null,l={1,2},z=', '--set', 'a=2'],
  'set-json': ['--set-json', 'a={"k":[1,2.5,null]},t=1', '--set-json', 'b.d=[{"x":1000000}]'],
  'set-json-object': ['--set-json', '{"a":{"k":1},"b":{"c":null}}', '--set-json', '{"l":[1]}'],
  'set-literal': ['--set-literal', 'a=x,y={z}\\.[0]', '--set-literal', 'b.c=1', '--set', 'b.c=2'],
  'set-file': ['--set-file', 'a=flags/file.txt', '--set-file', 'b.d[0]=flags/file.txt'],
  'set-order': ['--set', 'a=set', '-f', 'flags/one.yaml', '--set-json', 'a="json"', '--set-string', 'b.c=5'],
  files: ['-f', 'flags/one.yaml', '-f', 'flags/two.yaml'],
  'files-comma': ['--values', 'flags/two.yaml,flags/one.yaml'],
  'files-multi': ['-f', 'flags/multi.yaml'],
  'set-over-table': ['--set', 'b=1,kid.v.w=2', '--set', 'a.b=c'],
  'set-global': ['--set', 'global.x=1,kid.global.x=2'],
  'set-deep': ['--set', `${'a.'.repeat(31)}b=1`],
  'set-alias': ['--set', 'kid=null', '--set', 'b=null'],
  'set-odd': ['--set', 'a.b.c=1,a.b.c.d=2,a[0]=x,=5,x.=1'],
  'set-index-map': ['--set', 'b[0]=x'],
  'set-empty': ['--set', ''],
  'set-list-null': ['--set', 'b.d=null,kid=text'],
  'set-unicode': ['--set', 'ключ.日本=é,a=😀'],
  'set-bad': ['--set', 'a'],
  'set-bad-map': ['--set', 'a.b'],
  'set-bad-index': ['--set', 'a[-1]=x'],
  'set-bad-large': ['--set', 'a[65537]=x'],
  'set-bad-list': ['--set', 'a={x'],
  'set-bad-json': ['--set-json', 'a={x}'],
  'set-file-missing': ['--set-file', 'a=none.txt'],
  'file-missing': ['-f', 'none.yaml'],
  'set-json-list': ['--set-json', '[1]'],
};

const outputs: Readonly<Record<string, readonly string[]>> = {
  'show-only': ['-s', 'templates/release.yaml'],
  'show-only-order': [
    '-s',
    'templates/values.yaml',
    '--show-only',
    'templates/deep/er/many.yaml',
    '-s',
    'templates/hook.yaml',
  ],
  'show-only-glob': ['-s', 'templates/*.yaml'],
  'show-only-subchart': ['-s', 'charts/kid/templates/k.yaml', '-s', 'templates/tests/*'],
  'show-only-none': ['-s', 'templates/none.yaml'],
  'show-only-empty': ['-s', 'templates/empty.yaml'],
  'show-only-crd': ['-s', 'crds/c.yaml', '--include-crds'],
  'show-only-hooks': ['-s', 'templates/hook.yaml', '--no-hooks'],
  'skip-tests': ['--skip-tests'],
  'no-hooks': ['--no-hooks'],
  'include-crds': ['--include-crds'],
  'skip-crds': ['--include-crds', '--skip-crds'],
  'is-upgrade': ['--is-upgrade'],
  'api-versions': ['-a', 'example.com/v1', '--api-versions', 'example.com/v1/Widget,other/v1'],
  'kube-version': ['--kube-version', '1.24'],
  'kube-version-full': ['--kube-version', 'v1.29.3-gke.1+build'],
  'kube-version-bad': ['--kube-version', 'latest'],
  namespace: ['-n', 'other'],
  'skip-schema': ['--skip-schema-validation'],
};

const forFlags = (chart: string, table: Readonly<Record<string, readonly string[]>>): FlagCase[] =>
  Object.entries(table).map(([name, flags]) => ({ chart, name, flags }));

/** Files of charts/values-files/given. */
const givenFiles = `
  anchor at badbinary badescape badint blocks bomb colon comment control crlf cycle deep document-bad document-list
  documents dup empty flow flowbad indent inf json keys list listkey mapkey merge mergebad nan null nullkey numbers
  percent percent2 question scalar separator slash strings surrogate tab tags unclosed unicode`;

const forEachFile = (names: string): FlagCase[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => ({ chart: 'values-files', name, flags: ['-f', `values-files/given/${name}.yaml`] }));

export const flagCases: readonly FlagCase[] = [
  ...forEachFile(givenFiles),
  { chart: 'deps-conditions-own', name: 'crds', flags: ['--include-crds'] },
  {
    chart: 'values-files',
    name: 'two',
    flags: ['-f', 'values-files/given/documents.yaml', '-f', 'values-files/given/json.yaml'],
  },
  ...forEachCase('errors-exec', executionErrors),
  ...forEachCase('errors-parse', parseErrors),
  ...forFlags('flags', sets),
  ...forFlags('flags', outputs),
  { chart: 'flags', name: 'no-name', flags: [], release: '' },
  {
    chart: 'flags',
    name: 'name-template',
    flags: ['--name-template', '{{ "A b" | nospace | lower }}-{{ 1 }}'],
    release: '',
  },
  { chart: 'flags', name: 'long-name', flags: [], release: 'a'.repeat(54) },
  { chart: 'flags', name: 'bad-name', flags: [], release: 'Not_A_Name' },
  { chart: 'flags', name: 'output-dir', flags: ['--output-dir', 'out'], as: 'copy' },
  {
    chart: 'flags',
    name: 'output-dir-named',
    flags: ['--output-dir', 'out', '--release-name', '--include-crds'],
    as: 'copy',
  },
  { chart: 'flags', name: 'output-dir-no-hooks', flags: ['--output-dir', 'out', '--no-hooks'], as: 'copy' },
  { chart: 'flags', name: 'archive', flags: ['--include-crds'], as: 'archive' },
  { chart: 'flags-kube', name: 'old', flags: ['--kube-version', '1.20.9'] },
  { chart: 'flags-kube', name: 'inside', flags: ['--kube-version', '1.30.2-eks-1'] },
  { chart: 'flags-kube', name: 'alone', flags: ['--kube-version', 'v1.40.1'] },
  {
    chart: 'object-capabilities',
    name: 'old',
    flags: ['--kube-version', '1.20.15', '-a', 'extensions/v1beta1/Ingress'],
  },
  { chart: 'object-release', name: 'upgrade', flags: ['--is-upgrade', '-n', 'elsewhere'], release: 'my.release-1' },
  { chart: 'out-crds', name: 'included', flags: ['--include-crds'] },
  { chart: 'out-crds', name: 'output-dir', flags: ['--include-crds', '--output-dir', 'out'], as: 'copy' },
  { chart: 'out-hooks', name: 'no-hooks', flags: ['--no-hooks'] },
  { chart: 'out-hooks', name: 'skip-tests', flags: ['--skip-tests'] },
  { chart: 'out-hooks', name: 'output-dir', flags: ['--output-dir', 'out'], as: 'copy' },
  { chart: 'out-separators', name: 'output-dir', flags: ['--output-dir', 'out'], as: 'copy' },
  { chart: 'out-separators', name: 'show-only', flags: ['-s', 'templates/glued.yaml', '-s', 'templates/leading.yaml'] },
  { chart: 'out-empty', name: 'show-only', flags: ['-s', 'templates/comments.yaml', '-s', 'templates/null.yaml'] },
  { chart: 'out-crlf', name: 'archive', flags: [], as: 'archive' },
  { chart: 'out-bom', name: 'archive', flags: [], as: 'archive' },
  { chart: 'packed', name: 'subcharts', flags: [], as: 'packed-subcharts' },
  { chart: 'packed', name: 'nested', flags: ['--include-crds'], as: 'nested-archives' },
  { chart: 'deps-conditions', name: 'nested', flags: [], as: 'nested-archives' },
  { chart: 'packed', name: 'archive', flags: [], as: 'archive' },
  { chart: 'deps-alias', name: 'packed', flags: [], as: 'packed-subcharts' },
  { chart: 'deps-nested', name: 'packed', flags: [], as: 'packed-subcharts' },
  { chart: 'object-files', name: 'archive', flags: [], as: 'archive' },
  {
    chart: 'schema-draft7',
    name: 'skipped',
    flags: ['-f', 'schema-draft7/ci/bad-values.yaml', '--skip-schema-validation'],
  },
  { chart: 'schema-draft7', name: 'set', flags: ['--set', 'replicaCount=1.5', '--set-string', 'service.port=80'] },
  { chart: 'dates-zones', name: 'new-york', flags: [], environment: { TZ: 'America/New_York' } },
  { chart: 'dates-zones', name: 'kolkata', flags: [], environment: { TZ: 'Asia/Kolkata' } },
];
