(() => {
  const isNamed = (element) =>
    element.labels?.length > 0 || element.textContent?.trim() || element.getAttribute('aria-label');
  const controls = [...document.querySelectorAll('button, input, select, a')].filter((each) => each.checkVisibility());
  const parts = [...document.querySelectorAll('section')];
  const headless = parts.filter((part) => !part.querySelector(`#${part.getAttribute('aria-labelledby')}`));
  const tables = [...document.querySelectorAll('table')].filter((table) => !table.caption);
  const pictures = [...document.querySelectorAll('svg')].filter((svg) => !svg.getAttribute('aria-label'));
  return [...controls.filter((each) => !isNamed(each)), ...headless, ...tables, ...pictures].map((each) => each.outerHTML.slice(0, 80));
})();
