/* Before anything is drawn: paper is light, a screen as the reader's system asks. */
document.documentElement.dataset.theme =
  !/print-pdf/.test(location.search) && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
