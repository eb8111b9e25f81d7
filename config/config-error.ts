/** One thing that is wrong with the configuration. Never holds a secret's value. */
export interface ConfigProblem {
  name: string;
  /** What is wrong. */
  problem: string;
  /** What the setting is for; empty for names that are no setting. */
  description: string;
}

/** Everything that is wrong with the configuration. */
export class ConfigError extends Error {
  /** EX_CONFIG of sysexits.h. */
  readonly exitCode = 78;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`${problems.length} settings are wrong`);
    this.name = 'ConfigError';
    this.problems = problems;
  }

  /** A list for people. */
  format(): string {
    const lines = this.problems.map(({ name, problem, description }) =>
      [`  ${name} ${problem}`, ...(description ? [`      ${description}`] : [])].join('\n'),
    );
    return `The configuration is wrong, so nothing was started:\n\n${lines.join('\n')}\n\nAll settings: docs/configuration.md\n`;
  }
}
