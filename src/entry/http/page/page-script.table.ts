/** The page's script: it swaps in the board whenever the server pushes one, and says when the line is cut. */
export const pageScript = `'use strict';
const board = document.getElementById('board');
const connection = document.getElementById('connection');
const version = connection.textContent;
const source = new EventSource('/api/v1/stream');
source.addEventListener('board', (event) => {
  if (board.innerHTML !== event.data) board.innerHTML = event.data;
  connection.textContent = version + ' · live';
});
source.addEventListener('error', () => { connection.textContent = version + ' · connection lost, trying again'; });
`;
