'use strict';
// What the gallery's page does by itself: filter, sort, play. It reads attributes and writes text, never markup.
(() => {
  const grid = document.querySelector('main');
  const form = document.querySelector('form');
  const box = form.elements.q;
  const order = form.elements.sort;
  const shown = document.getElementById('shown');
  const nothing = document.querySelector('.empty');
  const cards = [...grid.querySelectorAll('.card')];
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  document.documentElement.className = '';

  const folded = (text) => text.normalize('NFKC').toLowerCase();

  // A card's number by its name; null where it has none.
  const number = (card, name) => {
    const value = card.getAttribute('data-' + name);
    return value === '' ? null : Number(value);
  };

  const COMPARE = {
    '>=': (a, b) => a >= b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '<': (a, b) => a < b,
    '=': (a, b) => a === b,
  };

  const plain = (word) => {
    const rate = /^(?:rating|stars):(>=|<=|>|<|=)?([0-5])$/.exec(word);
    if (rate) return (card) => COMPARE[rate[1] || '='](number(card, 'rating') || 0, Number(rate[2]));
    if (/^(?:tag|model|is):./.test(word)) return (card) => card.getAttribute('data-marks').includes('\n' + word);
    return (card) => card.getAttribute('data-words').includes(word);
  };

  const term = (word) => {
    if (word.length < 2 || word[0] !== '-') return plain(word);
    const test = plain(word.slice(1));
    return (card) => !test(card);
  };

  const terms = (text) => {
    const words = folded(text).matchAll(/(-?(?:[a-z]+:)?)"([^"]*)"?|(\S+)/g);
    return [...words].map(([, before, quoted, bare]) => bare ?? (quoted ? before + quoted : '')).filter(Boolean).map(term);
  };

  const narrow = () => {
    const all = terms(box.value);
    let count = 0;
    for (const card of cards) {
      card.hidden = !all.every((test) => test(card));
      if (card.hidden) card.querySelectorAll('button.on').forEach(stop);
      else count += 1;
    }
    nothing.hidden = count > 0;
    const of = count === cards.length ? 'all' : count.toLocaleString('en') + ' of ' + cards.length.toLocaleString('en');
    shown.textContent = of + ' shown';
  };

  const sort = () => {
    const [name, up] = order.value.split('-');
    cards.sort((a, b) => {
      const [x, y] = [number(a, name), number(b, name)];
      const newer = number(b, 'date') - number(a, 'date');
      if (x === null || y === null) return (x === null) - (y === null) || newer;
      return (up ? x - y : y - x) || newer;
    });
    for (const card of cards) grid.insertBefore(card, nothing);
  };

  const keep = () => {
    const hash = new URLSearchParams();
    if (box.value) hash.set('q', box.value);
    if (order.value !== 'date') hash.set('sort', order.value);
    history.replaceState(null, '', '#' + hash);
  };

  const read = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    box.value = hash.get('q') ?? '';
    order.value = [...order.options].map((each) => each.value).find((each) => each === hash.get('sort')) ?? 'date';
    sort();
    narrow();
  };

  const play = (frame) => {
    if (frame.querySelector('video')) return;
    const film = document.createElement('video');
    Object.assign(film, { muted: true, loop: true, playsInline: true, src: frame.getAttribute('data-film') });
    film.setAttribute('aria-hidden', 'true');
    frame.insertBefore(film, frame.querySelector('.play'));
    frame.classList.add('on');
    frame.setAttribute('aria-pressed', 'true');
    film.play().catch(() => {}); // taken away before it began, or not to be played here: the poster stays
  };

  const stop = (frame) => {
    const film = frame.querySelector('video');
    if (!film) return;
    film.pause();
    film.removeAttribute('src');
    film.load();
    film.remove();
    frame.classList.remove('on');
    frame.setAttribute('aria-pressed', 'false');
  };

  for (const frame of grid.querySelectorAll('button.frame')) {
    const hovers = (event) => event.pointerType === 'mouse' && !still.matches;
    frame.addEventListener('pointerenter', (event) => hovers(event) && play(frame));
    frame.addEventListener('pointerleave', (event) => hovers(event) && stop(frame));
    frame.addEventListener('focus', () => frame.matches(':focus-visible') && !still.matches && play(frame));
    frame.addEventListener('blur', () => stop(frame));
    frame.addEventListener('click', () => {
      if (frame.querySelector('video')) return stop(frame);
      grid.querySelectorAll('button.on').forEach(stop);
      play(frame);
    });
  }

  grid.addEventListener('click', (event) => {
    const tag = event.target.closest('.tags button');
    if (!tag) return;
    const word = tag.getAttribute('data-tag');
    box.value = 'tag:' + (/\s/.test(word) ? '"' + word + '"' : word);
    narrow();
    keep();
    box.focus();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  box.addEventListener('input', () => { narrow(); keep(); });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    box.value = '';
    narrow();
    keep();
  });
  order.addEventListener('change', () => { sort(); keep(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === box) return;
    event.preventDefault();
    box.focus();
  });
  addEventListener('hashchange', read);
  read();
})();
