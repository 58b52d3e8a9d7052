/** In a form with data-weights (how nought is written), the output beside each slider says its share of all of them. */
export function startWeights(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-weights]")) {
    const sliders = [...form.querySelectorAll<HTMLInputElement>("input[type=range]")];
    const nought = form.dataset.weights ?? "0 %";
    const update = () => {
      const whole = sliders.reduce((sum, slider) => sum + slider.valueAsNumber, 0);
      for (const slider of sliders) {
        const share = whole ? slider.valueAsNumber / whole : 0;
        const output = form.querySelector<HTMLOutputElement>(`output[for="${slider.id}"]`);
        if (output) output.value = nought.replace("0", String(Math.round(share * 100)));
      }
    };
    form.addEventListener("input", update);
    // What a browser has kept of an earlier visit may differ from what the server wrote.
    update();
  }
}
