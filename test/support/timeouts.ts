// Bounds for what hangs, not measures of speed: two busy cores can be ten times slower than an idle machine.
jest.setTimeout(240_000);
