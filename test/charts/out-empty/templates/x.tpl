kind: F
