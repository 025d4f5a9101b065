import { Problem } from './client';

/** An element that index.html has. */
export function find<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return element;
}

export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Characters of a post. */
export const TEXT_LIMIT = 1000;

/** Says below a field how much room is left in it. @returns says it again, for a value that was set */
export function countDown(field: HTMLTextAreaElement, place: HTMLElement): () => void {
  const show = (): void => {
    place.textContent = `${(TEXT_LIMIT - field.value.length).toLocaleString()} characters left`;
  };
  field.addEventListener('input', show);
  show();
  return show;
}

export const describe = (error: unknown): string =>
  error instanceof Problem ? error.message : 'Something went wrong on this page. Reload it and try again.';

function showProblem(form: HTMLFormElement, message: string | undefined): void {
  const place = form.querySelector<HTMLElement>('.problem');
  if (place === null) return;
  place.hidden = message === undefined;
  place.textContent = message ?? '';
}

/** The first field that can't be sent as it is; it is marked, named and focused. */
function firstFault(form: HTMLFormElement): string | undefined {
  const fields = [...form.elements].filter(
    (field): field is HTMLInputElement | HTMLTextAreaElement =>
      field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement,
  );
  for (const field of fields) field.setAttribute('aria-invalid', String(!field.checkValidity()));
  const fault = fields.find((field) => !field.checkValidity());
  if (fault === undefined) return undefined;
  fault.focus();
  const label = fault.labels?.[0]?.textContent ?? fault.name;
  const hint =
    fault.value === ''
      ? 'Fill this in.'
      : (fault.closest('.field')?.querySelector('.hint')?.textContent ?? fault.validationMessage);
  return `${label}: ${hint}`;
}

/** Runs `submit` when the form is sent with valid fields; one at a time, with its problem shown in the form. */
export function onSubmit(
  form: HTMLFormElement,
  submit: (data: FormData, button: HTMLButtonElement | null) => Promise<void>,
): void {
  let busy = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (busy) return;
    const fault = firstFault(form);
    showProblem(form, fault);
    if (fault !== undefined) return;
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    busy = true;
    // aria-disabled keeps the focus where it is, which disabled would lose.
    button?.setAttribute('aria-disabled', 'true');
    void submit(new FormData(form), button)
      .catch((error: unknown) => showProblem(form, describe(error)))
      .finally(() => {
        busy = false;
        button?.removeAttribute('aria-disabled');
      });
  });
}
