/** The form by which a person shows a token. It brings its own style: until then nothing else is served. It has no script. */
import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --ground: #f6f7f8; --card: #fff; --text: #1a1f24; --soft: #59636d; --line: #c9d0d6; --act: #0b5cad; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161a; --card: #1a2026; --text: #e6ebef; --soft: #9aa6b0; --line: #3a454e; --act: #7ab8ff; --bad: #ff8a80; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
form { box-sizing: border-box; width: min(24rem, 100vw - 2rem); padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 1rem; font-size: 1.25rem; } label { font-weight: 600; } p { margin: .75rem 0 0; color: var(--soft); font-size: .9rem; } .bad { color: var(--bad); }
input, button { box-sizing: border-box; width: 100%; margin-top: .4rem; padding: .6rem .75rem; font: inherit; border-radius: 8px; border: 1px solid var(--line); background: var(--ground); color: inherit; }
button { margin-top: .9rem; border: 0; background: var(--act); color: var(--card); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--act); outline-offset: 2px; }
`;

/** For the Content-Security-Policy. */
export const signInStyleDigest = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export function renderSignIn({ again, refused }: { again: boolean; refused: boolean }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${again ? '\n<meta http-equiv="refresh" content="0;url=/">' : ''}
<title>helm-gitops: sign in</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<form method="post" action="/api/v1/session">
<h1>helm-gitops</h1>
<label for="token">Token</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password" spellcheck="false">
<button>Sign in</button>
${refused ? '<p class="bad" role="alert">This token is not known.</p>' : '<p>One of the lines NAME:TOKEN in the file that the daemon’s server.tokenFile names; only what follows the colon.</p>'}
</form>
</body>
</html>
`;
}
