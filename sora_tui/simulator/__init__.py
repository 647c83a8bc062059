"""The stand-in: a local server that speaks kie.ai's jobs API. Shares no code with the client."""
