import { parse } from 'yaml';
import { z } from 'zod';
import { readDocuments } from '../../../modules/machine-image';

const documentSchema = z.object({
  phases: z.array(
    z.object({
      name: z.string(),
      steps: z.array(
        z.object({
          name: z.string(),
          inputs: z
            .union([
              z.array(z.object({ path: z.string(), content: z.string() })),
              z.object({ commands: z.array(z.string()) }),
            ])
            .optional(),
        }),
      ),
    }),
  ),
});

export interface EmbeddedScript {
  /** `<document>.<step>` or `<document>.<path on the machine>`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Every shell script within the component documents of the image: commands of steps, and files that are scripts. In the place
 * of each parameter stands its name.
 */
export function embeddedScripts(): readonly EmbeddedScript[] {
  return readDocuments().flatMap(({ name: document, text }) =>
    documentSchema.parse(parse(text.replace(/\{\{ (\w+) \}\}/g, '$1'))).phases.flatMap(({ steps }) =>
      steps.flatMap(({ name, inputs }) => {
        if (!inputs) return [];
        if (!Array.isArray(inputs))
          return [{ name: `${document}.${name}`, text: `#!/bin/bash\n${inputs.commands.join('\n')}` }];
        return inputs
          .filter(({ content }) => content.startsWith('#!'))
          .map(({ path, content }) => ({ name: `${document}.${path}`, text: content }));
      }),
    ),
  );
}
