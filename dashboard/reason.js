import { ApiProblem } from './api.js';
import { button, say } from './dom.js';

/** The event that tells the page to look again: somebody has changed something. */
export const acted = 'acted';

const at = (id) => document.getElementById(id);

/** Asks for the reason before anything is done. Gives it, or nothing if the dialog is closed. */
export function askReason(title, text, yes) {
  const dialog = at('reason');
  at('reason-title').textContent = title;
  at('reason-text').textContent = text;
  at('reason-yes').textContent = yes;
  at('reason-input').value = '';
  dialog.showModal();
  at('reason-input').focus();
  return new Promise((resolve) => {
    const end = (reason) => {
      dialog.close();
      resolve(reason);
    };
    dialog.querySelector('form').onsubmit = (event) => {
      event.preventDefault();
      end(at('reason-input').value.trim());
    };
    at('reason-no').onclick = () => end(undefined);
    dialog.oncancel = () => resolve(undefined);
  });
}

/** Does something and tells how it went, in the place that is read aloud. */
export async function attempt(title, action) {
  try {
    say(`${title} …`);
    const result = await action();
    say(result?.publishing ? `${title}: done. '${result.publishing}' is still being published.` : `${title}: done.`);
    document.dispatchEvent(new Event(acted));
    return result;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    say(`${title}: rejected. ${error.message}`);
    return undefined;
  }
}

/** A button that asks for the reason of an action on something, and then takes it. */
export const actionButton = (id, label, { of, text }, action) =>
  button(id, label, async () => {
    const title = `${label} ${of}`;
    const reason = await askReason(title, text, label);
    if (reason) await attempt(title, () => action({ reason }));
  });
