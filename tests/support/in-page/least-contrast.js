(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const lightness = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    if (!element) return 'white';
    const { backgroundColor } = getComputedStyle(element);
    return /rgba\(.*, 0\)|transparent/.test(backgroundColor) ? groundOf(element.parentElement) : backgroundColor;
  };
  const hasWords = ({ childNodes }) => [...childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent.trim());
  const written = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility() && hasWords(element));
  const measured = written.map((element) => {
    const { color, fill } = getComputedStyle(element);
    const ink = element instanceof SVGElement ? fill : color;
    const [dark, light] = [lightness(ink), lightness(groundOf(element))].sort((a, b) => a - b);
    return { ratio: (light + 0.05) / (dark + 0.05), text: element.textContent.trim().slice(0, 60) };
  });
  return measured.sort((a, b) => a.ratio - b.ratio)[0];
})();
