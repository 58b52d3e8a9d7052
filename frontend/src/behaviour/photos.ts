/** A photo is sent as soon as it is chosen: the button beside the field is for those without JavaScript. */
export function startPhotos(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[type=file][data-send]")) {
    const button = input.form?.querySelector<HTMLButtonElement>("button[type=submit]");
    if (button) button.hidden = true;
    input.addEventListener("change", () => {
      if (input.files?.length) input.form?.requestSubmit();
    });
  }
}
