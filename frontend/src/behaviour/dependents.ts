/**
 * Shows elements with data-when="field=value,value" only while the field of their form has one of the values. A control
 * in them with data-only-shown isn't sent while it is hidden: an amount that was typed before "free" was chosen.
 */
export function startDependents(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-when]")) {
    const form = element.closest("form");
    const [name = "", values = ""] = (element.dataset.when ?? "").split("=");
    if (!form) continue;
    const wanted = values.split(",");
    const update = () => {
      const given = new FormData(form).getAll(name).map(String);
      element.hidden = !given.some((value) => wanted.includes(value));
      for (const input of element.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-only-shown]")) {
        input.disabled = input.closest("[data-when][hidden]") !== null;
      }
    };
    form.addEventListener("change", update);
    update();
  }
}
