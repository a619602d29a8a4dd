"""Script for tests and bench: list the settings of an explorer, and bring it into one as a reader's hand would."""

KEYS = "e => Object.keys(JSON.parse(e.querySelector('.explorer-frames').textContent).frames)"

SET = """(e, key) => {
  const controls = [...e.querySelectorAll('form [data-names]')];
  key.split('-').forEach((v, i) => {
    if (controls[i].type === 'checkbox') controls[i].checked = v === '1'; else controls[i].value = v;
  });
  controls[0].dispatchEvent(new Event('input', { bubbles: true }));
}"""
