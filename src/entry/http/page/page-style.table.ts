/** The page's style: a grid on a desktop, cards on a phone, light or dark as the reader's system is. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fbfbfa; --text: #1d2226; --soft: #5c666e; --line: #d9dee2; --card: #ffffff;
  --good: #1a7f46; --work: #8a6100; --bad: #b3261e; --quiet: #5c666e; --drift: #8a3ffc; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181b; --text: #e7ecef; --soft: #9aa6ae; --line: #2c353b; --card: #1b2125;
  --good: #5fd08d; --work: #f0c24b; --bad: #ff8a80; --quiet: #9aa6ae; --drift: #be95ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem 1.25rem 3rem; background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
#connection, .repositories, .age, .version { color: var(--soft); }
.summary { font-size: 1.1rem; margin: .75rem 0 .25rem; } .repositories { list-style: none; margin: 0 0 1rem; padding: 0; } .repositories b { color: var(--text); }
.trouble { color: var(--bad); font-weight: 600; }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .6rem .8rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; } tbody tr:last-child > * { border-bottom: 0; }
td span { display: block; } td span span { display: inline; } .version, .age { font-size: .82rem; }
.age { display: inline !important; }
.health { font-weight: 600; } .healthy { color: var(--good); } .progressing, .blocked { color: var(--work); } .failed, .rolledBack { color: var(--bad); }
.suspended, .unknown, .none { color: var(--quiet); }
.message { margin-top: .25rem; font-size: .85rem; } .drift { margin-top: .25rem; font-size: .85rem; color: var(--drift); }
.events { list-style: none; margin: 0; padding: 0; font-size: .88rem; } .events li { padding: .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.events time { color: var(--soft); font-variant-numeric: tabular-nums; } .events .warn b { color: var(--work); } .events .error b { color: var(--bad); }
@media (max-width: 44rem) {
  table, tbody, tr, td, th[scope=row] { display: block; } thead { display: none; } td { border-bottom: 0; padding-top: .2rem; }
  th[scope=row] { border-bottom: 0; font-size: 1.05rem; padding-bottom: .2rem; } tr { border-bottom: 1px solid var(--line); padding-bottom: .4rem; }
  td::before { content: attr(data-environment); display: block; color: var(--soft); font-size: .8rem; } td.none { display: none; }
}
`;
