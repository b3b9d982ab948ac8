/** Said once in a report whose answer has no judge, to whoever runs the command. By itself, so that a page for somebody else can say it otherwise. */
export const HOW_TO_JUDGE =
  "To have the answer judged, set OPENAI_API_KEY, or OPENAI_BASE_URL and JUDGE_MODEL for any server that speaks OpenAI's protocol, then run ./proofrun regrade on this report; or mark it by hand with ./proofrun mark."
