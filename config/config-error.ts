/** Something that stops the start. */
export interface ConfigProblem {
  /** The setting, or the name that is none. */
  name: string;
  /** What is wrong and what to do, in sentences. Holds no secret. */
  problem: string;
  /** What the setting is for; empty when there is no such setting. */
  description: string;
}

/** EX_CONFIG of sysexits.h: something was found in an unconfigured or misconfigured state. */
const EX_CONFIG = 78;

/** Everything that is wrong with the settings, at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  readonly exitCode = EX_CONFIG;

  constructor(problems: readonly ConfigProblem[]) {
    super(`${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} wrong.`);
    this.name = 'ConfigError';
    this.problems = problems;
  }

  /** For people: each problem with what the setting is for. */
  format(): string {
    const items = this.problems.map(({ name, problem, description }) =>
      [`  ${name}`, `    ${problem}`, ...(description ? [`    (${description})`] : [])].join('\n'),
    );
    return [
      `Nothing was started. ${this.message}`,
      ...items,
      'Settings come from the environment and from the file .env; docs/configuration.md lists them.',
    ].join('\n\n');
  }
}
