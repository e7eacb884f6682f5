import { ApiProblem } from './api.js';
import { say } from './dom.js';

const at = (id) => document.getElementById(id);

/** Asks why before anything is done. Gives the reason, or nothing if it is left. */
export function askWhy(title, text, yes) {
  const dialog = at('reason');
  at('reason-title').textContent = title;
  at('reason-text').textContent = text;
  at('reason-yes').textContent = yes;
  at('reason-why').value = '';
  dialog.showModal();
  at('reason-why').focus();
  return new Promise((resolve) => {
    const end = (why) => {
      dialog.close();
      resolve(why);
    };
    dialog.querySelector('form').onsubmit = (event) => {
      event.preventDefault();
      end(at('reason-why').value.trim());
    };
    at('reason-no').onclick = () => end(undefined);
    dialog.oncancel = () => resolve(undefined);
  });
}

/** Does something and tells how it went, in the place that is read aloud. */
export async function attempt(doing, act) {
  try {
    say(`${doing} …`);
    const done = await act();
    say(`${doing}: done.`);
    return done;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    say(`${doing}: refused. ${error.message}`);
    return undefined;
  }
}
