/** The page's style: a grid on a desktop, cards on a phone, light or dark as the reader's system is. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #f6f7f8; --card: #ffffff; --text: #1a1f24; --soft: #59636d; --line: #dfe3e7;
  --good: #17733f; --work: #7d5700; --bad: #b3261e; --quiet: #59636d; --drift: #6f2dd0;
  --good-tint: #e3f4ea; --work-tint: #fbf0d4; --bad-tint: #fde8e6; --quiet-tint: #eceff1; --drift-tint: #f0e8fd; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161a; --card: #1a2026; --text: #e6ebef; --soft: #9aa6b0; --line: #2b343c;
  --good: #66d391; --work: #f0c45c; --bad: #ff9489; --quiet: #a6b1ba; --drift: #c4a0ff;
  --good-tint: #163324; --work-tint: #382c10; --bad-tint: #40201e; --quiet-tint: #28313a; --drift-tint: #31234c; } }
.healthy { --tone: var(--good); --tint: var(--good-tint); }
.progressing, .blocked { --tone: var(--work); --tint: var(--work-tint); }
.failed, .rolledBack { --tone: var(--bad); --tint: var(--bad-tint); }
.suspended, .observed, .unknown { --tone: var(--quiet); --tint: var(--quiet-tint); }
.drifted, .drift { --tone: var(--drift); --tint: var(--drift-tint); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.25rem 1.5rem 3rem; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
p, ul, ol { margin: 0; padding: 0; list-style: none; }
code { font: .88em ui-monospace, monospace; } time { color: var(--soft); font-size: .85rem; white-space: nowrap; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin-bottom: 1rem; }
h1 { font-size: 1.25rem; margin: 0; } h1 small { font-weight: 400; font-size: .85rem; color: var(--soft); margin-left: .25rem; }
h2 { font-size: 1rem; margin: 1.75rem 0 .6rem; } h2 small { font-weight: 400; color: var(--soft); }
#connection { color: var(--soft); font-size: .85rem; } #connection.live { color: var(--good); } #connection.lost { color: var(--bad); font-weight: 600; }
#connection.live::before { content: '● '; } #connection.lost::before { content: '○ '; }
.summary { display: flex; flex-wrap: wrap; gap: .5rem; }
.summary li { padding: .35rem .8rem; border-radius: 99px; background: var(--tint); color: var(--tone); } .summary b { font-size: 1.1em; }
.starting, .allwell { margin-top: 1rem; color: var(--soft); }
.state { display: inline-block; padding: 0 .5rem; border-radius: 99px; background: var(--tint); color: var(--tone); font-weight: 600; font-size: .87rem; white-space: nowrap; }
.attention { border: 1px solid var(--line); border-radius: 10px; background: var(--card); overflow: hidden; }
.attention li { padding: .65rem 1rem; border-left: 4px solid var(--tone, var(--line)); border-bottom: 1px solid var(--line); } .attention li:last-child { border-bottom: 0; }
.who time { margin-left: .25rem; } .why { margin-top: .2rem; color: var(--text); }
.why code { padding: .05rem .3rem; border-radius: 4px; background: var(--ground); }
.more { color: var(--soft); }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .7rem 1rem; border-bottom: 1px solid var(--line); min-width: 13rem; } th:first-child { min-width: 8rem; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; padding-block: .5rem; } tbody tr:last-child > * { border-bottom: 0; }
.what, .told { margin-top: .25rem; font-size: .85rem; color: var(--soft); } .told { color: var(--text); } .none { color: var(--soft); }
.version { white-space: nowrap; }
.repositories { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; color: var(--soft); } .repositories b { color: var(--text); }
.events { border: 1px solid var(--line); border-radius: 10px; background: var(--card); font-size: .88rem; }
.events li { display: grid; grid-template-columns: 4.5rem 11rem 1fr; gap: .75rem; padding: .35rem 1rem; border-bottom: 1px solid var(--line); } .events li:last-child { border-bottom: 0; }
.events time { font-variant-numeric: tabular-nums; } .events b { font-weight: 600; } .events .warn b { color: var(--work); } .events .error b { color: var(--bad); }
@media (max-width: 46rem) {
  body { padding: 1rem .9rem 2rem; }
  .wide { border: 0; background: none; overflow: visible; }
  table, tbody, tr, th[scope=row] { display: block; } td, th { min-width: 0; } thead { display: none; }
  tbody tr { border: 1px solid var(--line); border-radius: 10px; background: var(--card); margin-bottom: .75rem; }
  th[scope=row] { border-bottom: 0; font-size: 1.05rem; padding: .7rem 1rem .1rem; }
  td { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: 0 .5rem; padding: .55rem 1rem; border-bottom: 0; } td > p { grid-column: 2; } td + td { border-top: 1px solid var(--line); } th + td, td.none + td { border-top: 0; }
  td.none { display: none; }
  td::before { content: attr(data-environment); grid-row: 1 / 9; font-weight: 600; font-size: .85rem; color: var(--soft); }
  .events li { grid-template-columns: 4.5rem 1fr; gap: 0 .5rem; } .events li span { grid-column: 1 / -1; } .events li span:empty { display: none; }
}
`;
