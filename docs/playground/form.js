// The form of the playground. Each control names its option of `eventdemo compare`, and its values come from there.

const controls = (form) => [...form.querySelectorAll("[data-option]")];
const boxes = (control) => [...control.querySelectorAll("input[type=checkbox]")];
const several = (control) => control.dataset.repeats !== undefined;

/** Return the words of the command line that the form stands for. */
export function read(form) {
  const words = controls(form).flatMap((control) => {
    const { option } = control.dataset;
    if (control.type === "checkbox") return control.checked ? [option] : [];
    const value = written(control);
    if (value === (control.dataset.usual ?? "")) return [];
    return (several(control) ? value.split(",") : [value]).flatMap((each) => [option, each.trim()]);
  });
  return ["compare", form.elements.scenario.value, ...words];
}

function written(control) {
  if (control.tagName !== "FIELDSET") return control.value.trim();
  return boxes(control).filter((box) => box.checked).map((box) => box.value).join(",");
}

/** Set the form to a command line. An option that the form lacks is ignored: the address keeps it. */
export function fill(form, [, name, ...words]) {
  const known = [...form.elements.scenario.options].find(({ value }) => value === name.split(/[:/]/)[0]);
  if (known) known.selected = true;
  for (const control of controls(form)) {
    const { option, usual = "" } = control.dataset;
    const given = words.flatMap((word, at) => (words[at - 1] === option ? [word] : []));
    const value = given.length ? (several(control) ? given.join(",") : given.at(-1)) : usual;
    if (control.type === "checkbox") control.checked = words.includes(option);
    else if (control.tagName !== "FIELDSET") control.value = value;
    else for (const box of boxes(control)) box.checked = value.split(",").includes(box.value);
  }
}
