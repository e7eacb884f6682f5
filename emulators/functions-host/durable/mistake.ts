/** The code of an orchestrator broke a rule of the protocol; the instance ends with this message. */
export class OrchestratorMistake extends Error {
  override readonly name = 'OrchestratorMistake';
}
