/** The place of the model answer in a question's page, for links to it. */
export const MODEL_ANSWER = "model-answer"
