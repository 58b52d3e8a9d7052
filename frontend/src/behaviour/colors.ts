// The colours of a layer, a row for each: a choice, or a number where a class begins, and a colour. Rows write the lines of the
// text field with data-colors, which one types in where there is no script; what is drawn here is sent by it alone.
interface Offered {
  /** By what colours go: code, what it is called, and what it stands under. */
  choices: Record<string, [code: string, label: string, group: string][]>;
  most: number;
  most_classes: number;
  words: Record<string, string>;
}

type Row = [name: string, color: string];

const QUANTITY = "quantity";
const LINE = /^\s*([^#]+?)\s*[:=]?\s*(#[0-9a-fA-F]{6})\s*$/;
/** What a new row begins with: the first that isn't there yet. */
const PALETTE = ["#8a4b2a", "#2b6a8f", "#2f6f5e", "#a4508b", "#b08d2f", "#5b7fa3", "#c2543d", "#6b5b95", "#7a7a72"];

export function startColors(root: ParentNode): void {
  for (const lines of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-colors]")) {
    const by = lines.form?.querySelector<HTMLSelectElement>("select[name=style_by]");
    if (by) new ColorRows(lines, by);
  }
}

class ColorRows {
  private readonly offered: Offered;
  private readonly list = document.createElement("ul");
  private readonly add = document.createElement("button");
  private readonly help: HTMLElement | null;
  /** What was written of each way of colouring: who looks at another finds it again. */
  private readonly kept = new Map<string, string>();
  private of: string;

  constructor(
    private readonly lines: HTMLTextAreaElement,
    private readonly by: HTMLSelectElement,
  ) {
    this.offered = JSON.parse(lines.dataset.colors ?? "") as Offered;
    this.of = by.value;
    this.help = document.getElementById(`${lines.id}_helptext`);
    const rows = document.createElement("div");
    rows.className = "colorrows";
    rows.setAttribute("role", "group");
    const label = lines.form?.querySelector<HTMLElement>(`label[for="${lines.id}"]`);
    if (label) {
      label.id ||= `${lines.id}_label`;
      rows.setAttribute("aria-labelledby", label.id);
    }
    const described = lines.getAttribute("aria-describedby");
    if (described) rows.setAttribute("aria-describedby", described);
    this.list.setAttribute("role", "list");
    this.add.type = "button";
    this.add.className = "button button--small";
    this.add.textContent = this.word("add");
    this.add.addEventListener("click", () => this.addRow());
    rows.append(this.list, this.add);
    lines.after(rows);
    lines.hidden = true;
    by.addEventListener("change", () => this.turn());
    rows.addEventListener("input", () => this.write());
    this.draw();
  }

  private word(name: string): string {
    return this.offered.words[name] ?? "";
  }

  /** Another way of colouring has rows of its own. */
  private turn(): void {
    this.kept.set(this.of, this.lines.value);
    this.of = this.by.value;
    this.lines.value = this.kept.get(this.of) ?? "";
    this.draw();
  }

  private draw(): void {
    const { of, lines, by } = this;
    const isOne = of === "single";
    const field = lines.closest<HTMLElement>(".field");
    if (field) field.hidden = isOne;
    const unit = by.form?.querySelector<HTMLElement>("[name=unit]")?.closest<HTMLElement>(".field");
    if (unit) unit.hidden = of !== QUANTITY;
    if (this.help) this.help.textContent = this.word(of === QUANTITY ? "help_quantity" : "help");
    this.list.replaceChildren(...rowsOf(lines.value).map((row) => this.row(row)));
    this.count();
  }

  private addRow(): void {
    const used = rowsOf(this.lines.value);
    const names = used.map(([name]) => this.codeOf(name));
    const free = this.offered.choices[this.of]?.find(([code]) => !names.includes(code));
    const color = PALETTE.find((one) => !used.some(([, other]) => other === one)) ?? PALETTE[0] ?? "";
    const made = this.row([free?.[0] ?? "", color]);
    this.list.append(made);
    this.write();
    made.querySelector<HTMLElement>("select, input")?.focus();
  }

  private row([name, color]: Row): HTMLLIElement {
    const made = document.createElement("li");
    const what = this.of === QUANTITY ? this.numberField(name) : this.choiceField(name);
    const picked = document.createElement("input");
    picked.type = "color";
    picked.value = color.toLowerCase();
    const gone = document.createElement("button");
    gone.type = "button";
    gone.className = "button button--small";
    gone.textContent = this.word("remove");
    gone.addEventListener("click", () => {
      const next = made.nextElementSibling ?? made.previousElementSibling;
      made.remove();
      this.write();
      (next?.querySelector<HTMLElement>("button") ?? this.add).focus();
    });
    made.append(what, picked, gone);
    return made;
  }

  private numberField(name: string): HTMLElement {
    const field = document.createElement("input");
    field.className = "input";
    field.inputMode = "decimal";
    field.value = name;
    return field;
  }

  private choiceField(name: string): HTMLElement {
    const field = document.createElement("select");
    field.className = "input";
    const choices = this.offered.choices[this.of] ?? [];
    const groups = new Map<string, HTMLElement>();
    for (const [code, label, group] of choices) {
      let place: HTMLElement = field;
      if (group) {
        const known = groups.get(group) ?? Object.assign(document.createElement("optgroup"), { label: group });
        if (!groups.has(group)) field.append(known);
        groups.set(group, known);
        place = known;
      }
      place.append(new Option(label, code));
    }
    const code = this.codeOf(name);
    // What is refused stays as it was typed, until another is chosen.
    if (!choices.some(([known]) => known === code)) field.append(new Option(name, name));
    field.value = code;
    return field;
  }

  /** The code of what stands on a line: the code itself, or what it is called. */
  private codeOf(name: string): string {
    const asked = name.toLowerCase();
    const choices = this.offered.choices[this.of] ?? [];
    const found =
      choices.find(([code]) => code === asked) ?? choices.find(([, label]) => label.toLowerCase() === asked);
    return found?.[0] ?? name;
  }

  private write(): void {
    const rows = [...this.list.children].map((row): Row => {
      const what = row.querySelector<HTMLInputElement | HTMLSelectElement>("select, input:not([type=color])");
      return [what?.value.trim() ?? "", row.querySelector<HTMLInputElement>("input[type=color]")?.value ?? ""];
    });
    this.lines.value = rows
      .filter(([name]) => name)
      .map(([name, color]) => `${name} ${color}`)
      .join("\n");
    this.count();
  }

  /** Each control is called by its row's number or choice; no more rows than a style may have. */
  private count(): void {
    const rows = [...this.list.children];
    for (const [at, row] of rows.entries()) {
      const what = row.querySelector<HTMLInputElement | HTMLSelectElement>("select, input:not([type=color])");
      const [color, gone] = row.querySelectorAll<HTMLElement>("input[type=color], button");
      const called = what instanceof HTMLSelectElement ? (what.selectedOptions[0]?.label ?? "") : (what?.value ?? "");
      what?.setAttribute("aria-label", `${this.word(this.of === QUANTITY ? "from" : "what")} ${at + 1}`);
      color?.setAttribute("aria-label", `${this.word("color")}: ${called || at + 1}`);
      gone?.setAttribute("aria-label", `${this.word("remove")}: ${called || at + 1}`);
    }
    const { choices, most, most_classes } = this.offered;
    const limit = this.of === QUANTITY ? most_classes : Math.min(most, choices[this.of]?.length ?? 0);
    this.add.hidden = rows.length >= limit;
  }
}

function rowsOf(text: string): Row[] {
  return text.split("\n").flatMap((line): Row[] => {
    const found = LINE.exec(line);
    if (found) return [[found[1] ?? "", found[2] ?? ""]];
    // A line that is none still shows, so that it can be mended.
    return line.trim() ? [[line.replace(/#.*/, "").trim(), "#7a7a72"]] : [];
  });
}
