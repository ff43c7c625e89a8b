kind: E
