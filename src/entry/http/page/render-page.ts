/** The page as HTML, made on the server: it reads without a script, which only swaps in newer boards. */
import { escapeHtml } from './escape-html.ts';
import { type BoardView, renderBoard } from './render-board.ts';

export interface PageView extends BoardView {
  readonly version: string;
}

export function renderPage(view: PageView): string {
  const newest = view.events.at(-1)?.number ?? 0;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>helm-gitops</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header><h1>helm-gitops <small>${escapeHtml(view.version)}</small></h1><p id="connection" role="status"></p></header>
<main id="board" data-after="${newest}">${renderBoard(view)}</main>
</body>
</html>
`;
}
