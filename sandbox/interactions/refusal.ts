/** Why a person cannot do something: an HTTP status for the control API and a sentence that names what was wrong. */
export class Refusal extends Error {
  readonly status: 400 | 403 | 404 | 409 | 500 | 504;

  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}
