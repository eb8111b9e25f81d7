import { ago, isStale, nextDelay } from './schedule.js';

/** Longest time an answer is waited for. */
const ANSWER_WITHIN_MS = 8000;
/** A refused address is asked for as seldom as one that failed so often in a row. */
const REFUSED_FAILURES = 10;
/** How often the age of what is shown is written anew. */
const AGE_EVERY_MS = 5000;

const token = new URLSearchParams(location.search).get('token') ?? '';
const address = new URL(`status?token=${encodeURIComponent(token)}`, location.href);
const element = (id) => document.getElementById(id);
const card = element('card');

/** When the status was last heard, in milliseconds; how many tries failed since; the timer of the next one; whether the address is refused. */
const state = { heardAt: null, failures: 0, timer: undefined, over: false };

/** Sets a text only when it is another one: a screen reader announces every change of a live text. */
function say(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

function netItem({ name, occupancy, public: isPublic }, most) {
  const item = document.createElement('li');
  item.className = occupancy > 0 ? 'occupied' : '';
  const title = Object.assign(document.createElement('span'), { className: 'name', textContent: name });
  if (isPublic)
    title.append(Object.assign(document.createElement('span'), { className: 'tag', textContent: 'public' }));
  const count = Object.assign(document.createElement('span'), { className: 'count', textContent: String(occupancy) });
  const word = occupancy === 1 ? ' person' : ' people';
  count.append(Object.assign(document.createElement('span'), { className: 'hidden-text', textContent: word }));
  const bar = Object.assign(document.createElement('progress'), { className: 'bar', max: most, value: occupancy });
  bar.setAttribute('aria-hidden', 'true');
  item.append(title, count, bar);
  return item;
}

function show({ guildName, operationOpen, connected, nets }) {
  card.dataset.state = operationOpen ? 'open' : 'closed';
  card.setAttribute('aria-busy', 'false');
  say('guild', guildName || 'Operation status');
  document.title = `${guildName} – operation ${operationOpen ? 'open' : 'closed'}`;
  say('operation', operationOpen ? 'Operation open' : 'Operation closed');
  say('connected', String(connected));
  say('connected-word', connected === 1 ? 'operator connected' : 'operators connected');
  const most = Math.max(1, ...nets.map((net) => net.occupancy));
  element('nets').replaceChildren(...nets.map((net) => netItem(net, most)));
  element('empty').hidden = nets.length > 0;
  tellHeight();
}

/** Says how old it is, and whether that is too old. */
function showAge(trouble = '') {
  const stale = isStale(state.heardAt, Date.now());
  card.dataset.stale = String(stale);
  if (state.heardAt !== null) say('age', `Updated ${ago(Date.now() - state.heardAt)}`);
  if (state.over) return;
  if (trouble) say('trouble', trouble);
  else if (state.failures === 0) say('trouble', stale ? 'This may be out of date' : '');
}

/** A page around this one may give it the height it needs; it learns nothing but that. */
function tellHeight() {
  if (parent !== window) parent.postMessage({ type: 'comms-shard:height', height: card.scrollHeight }, '*');
}

/** The address is not valid, or not any more: asked for again only now and then. */
function refuse() {
  Object.assign(state, { over: true, failures: REFUSED_FAILURES });
  card.dataset.state = 'over';
  card.setAttribute('aria-busy', 'false');
  say('operation', 'Not available');
  say('trouble', 'The address of this widget is not valid any more. The owner of this site can get a new one.');
}

async function look() {
  clearTimeout(state.timer);
  if (document.hidden) return;
  let retryAfter = null;
  try {
    const answer = await fetch(address, {
      cache: 'no-cache',
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    retryAfter = answer.headers.get('Retry-After');
    if (answer.status === 401) refuse();
    else if (!answer.ok) throw new Error(String(answer.status));
    else {
      show(await answer.json());
      Object.assign(state, { heardAt: Date.now(), failures: 0, over: false });
      showAge();
    }
  } catch {
    state.failures += 1;
    const seconds = Math.round(nextDelay(state.failures, retryAfter, 0) / 1000);
    showAge(navigator.onLine ? `The shard does not answer; next try in ${seconds} s` : 'You are offline');
  }
  clearTimeout(state.timer);
  state.timer = setTimeout(look, nextDelay(state.failures, retryAfter, Math.random()));
}

document.addEventListener('visibilitychange', look);
addEventListener('online', look);
addEventListener('resize', tellHeight);
setInterval(showAge, AGE_EVERY_MS);
look();
