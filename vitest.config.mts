import { defineConfig } from 'vitest/config';

// Unit tests touch no process but their own; integration tests drive real GDB, QEMU, compilers and
// child processes, one file at a time, because two boots side by side on two cores disturb each other.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{client,server,debug-adapter,kernel-sdk}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.integration.test.ts'],
          setupFiles: ['kernel-sdk/src/testing/random-seed.ts'],
          // Thousands of random cases take their time where others have both cores.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{client,server,debug-adapter,kernel-sdk}/**/*.integration.test.ts'],
          exclude: ['**/node_modules/**'],
          setupFiles: ['kernel-sdk/src/testing/random-seed.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // In the real workbench, with the package that `npm run package` has made.
        test: {
          name: 'e2e',
          include: ['client/e2e/**/*.e2e.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
