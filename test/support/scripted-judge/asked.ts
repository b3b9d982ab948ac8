/** What a request asks, read from its schema and its prompt. The one file here that knows how the judge's prompts look. */
