// What a form holds, as plain values and back: to keep it, and to take it up again.

/** The fields of a form but its token. */
export function fieldsOf(form: HTMLFormElement): [name: string, value: string][] {
  return [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
    typeof value === "string" && name !== "csrfmiddlewaretoken" ? [[name, value]] : [],
  );
}

/** Fill a form with fields that were kept of it. */
export function fill(form: HTMLFormElement, fields: [name: string, value: string][]): void {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      field.checked = values.get(field.name)?.includes(field.value) ?? false;
    } else if (
      field instanceof HTMLInputElement ||
      field instanceof HTMLTextAreaElement ||
      field instanceof HTMLSelectElement
    ) {
      const [value] = values.get(field.name) ?? [];
      if (value !== undefined) field.value = value;
    }
  }
}
