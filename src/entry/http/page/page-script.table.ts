/** The page's script: it swaps in the board whenever the server pushes one, and says when the line is cut. */
export const pageScript = `'use strict';
const board = document.getElementById('board');
const connection = document.getElementById('connection');
let source;
let shown;

function say(word, state) {
  connection.textContent = word;
  connection.className = state;
}

function show() {
  // What a reader has marked stays until it is let go.
  const selection = getSelection();
  if (shown === undefined || (!selection.isCollapsed && board.contains(selection.anchorNode))) return;
  board.innerHTML = shown;
  shown = undefined;
}

function connect() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource('/api/v1/stream?after=' + board.dataset.after);
  source.addEventListener('open', () => say('live', 'live'));
  source.addEventListener('board', (event) => { shown = event.data; show(); });
  source.addEventListener('error', async () => {
    say('connection lost, trying again', 'lost');
    if (source.readyState !== EventSource.CLOSED) return;
    // The server refused, and a browser does not try again by itself: either the token is gone, or a proxy is in between.
    const answer = await fetch('/api/v1/openapi.json').catch(() => undefined);
    if (answer && answer.status === 401) location.reload();
    else setTimeout(connect, 3000);
  });
}

document.addEventListener('selectionchange', show);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) source.close();
  else connect();
});
connect();
`;
