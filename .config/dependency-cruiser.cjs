/** The floors: imports only go down. main/cli → run → core → model → base; io and drivers stand beside run. */
const below = {
  base: ["agent/base"],
  model: ["agent/base", "agent/model"],
  core: ["agent/base", "agent/model", "agent/core"],
  run: ["agent/base", "agent/model", "agent/core", "agent/run"],
  io: ["agent/base", "agent/model", "agent/core", "agent/io"],
};
const floor = (name, allowed) => ({
  name: `floor-${name}`,
  severity: "error",
  comment: `agent/${name} may import only ${allowed.join(", ")}`,
  from: { path: `^agent/${name}/` },
  to: { path: "^(agent|drivers|test|deploy)/", pathNot: `^(${allowed.join("|")})/` },
});

module.exports = {
  forbidden: [
    ...Object.entries(below).map(([name, allowed]) => floor(name, allowed)),
    {
      name: "floor-drivers",
      severity: "error",
      comment: "a driver knows the model and the pure core, never io or run",
      from: { path: "^drivers/" },
      to: { path: "^(agent|test|deploy)/", pathNot: "^agent/(base|model|core)/" },
    },
    {
      name: "only-the-demo-has-simulated-cameras",
      severity: "error",
      from: { path: "^(agent|drivers)/", pathNot: "^agent/cli/demo" },
      to: { path: "^test/" },
    },
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "core-is-pure",
      severity: "error",
      comment: "decisions touch no socket, file or library",
      from: { path: "^agent/core/" },
      to: { dependencyTypes: ["npm"] },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
    exclude: { path: "node_modules" },
  },
};
