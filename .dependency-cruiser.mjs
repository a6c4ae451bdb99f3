// The direction of imports: cli → engine → (models, optim, data, report, config) → nn → torch-js. `npm run lint` holds it.

const middle = 'models|optim|data|report|config';

export default {
  forbidden: [
    {
      name: 'torch-js-stands-alone',
      comment: 'The binding knows nothing of architecture search: it is a package of its own.',
      severity: 'error',
      from: { path: '^binding/' },
      to: { path: '^(src|examples|benchmarks|scripts|__tests__)/' },
    },
    {
      name: 'torch-js-by-its-name',
      comment: "Import torch-js as 'torch-js', never a file inside it.",
      severity: 'error',
      from: { path: '^(src|examples)/' },
      to: { path: '^binding/', pathNot: '^binding/dist/index\\.' },
    },
    {
      name: 'nn-knows-torch-js-alone',
      severity: 'error',
      from: { path: '^src/nn/' },
      to: { path: '^src/', pathNot: '^src/nn/' },
    },
    {
      name: 'siblings-share-types-and-genotypes',
      comment:
        'Of each other these import only models/genotypes, data/constants (tables) and types.',
      severity: 'error',
      from: { path: `^src/(${middle})/` },
      to: {
        path: `^src/(${middle})/`,
        pathNot: ['^src/$1/', '^src/models/genotypes\\.ts$', '^src/data/constants\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nothing-above-even-as-type',
      severity: 'error',
      from: { path: `^src/(${middle})/` },
      to: { path: '^src/(engine|cli)/' },
    },
    {
      name: 'engine-knows-no-cli',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'set-up-runs-on-a-bare-clone',
      comment: 'It runs before npm install: nothing but what Node brings.',
      severity: 'error',
      from: { path: '^(binding/setup|scripts)/' },
      to: { pathNot: '^(binding/setup|scripts)/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Type-only imports are dependencies too; the compiled code no longer has them.
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
    },
  },
};
