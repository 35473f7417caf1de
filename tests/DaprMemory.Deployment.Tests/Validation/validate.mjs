// Checks Kubernetes objects and Grafana dashboards, and prints what is wrong as JSON: [{"file","object","problem"}].
// Arguments: the folder of the tools, then files: YAML streams of objects, and *.json for dashboards.
// Kubernetes' own kinds, the Prometheus operator's and the Gateway API's: by the validators of their packages (values), and by the TypeScript
// compiler on their types (fields that are not there). Dapr's: by schemas.json.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [tools, ...files] = process.argv.slice(2);
const require = createRequire(join(tools, "node", "package.json"));
const yaml = require("js-yaml");
const Ajv = require("ajv").default;
const ts = require("typescript");

const dapr = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "dapr.schemas.json"), "utf8"));
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
const problems = [];
const declarations = [];

function packageOf(apiVersion) {
  const [group] = apiVersion.split("/");
  if (group === "monitoring.coreos.com") return `@kubernetes-models/prometheus-operator/${apiVersion}`;
  if (group === "gateway.networking.k8s.io") return `@kubernetes-models/gateway-api/${apiVersion}`;
  return `kubernetes-models/${apiVersion}`;
}

// By its file: this script is not in the packages' folder, and some of them are CommonJS, others are not.
const load = (specifier) => import(pathToFileURL(join(tools, "node", "node_modules", specifier, "index.js")).href);

async function check(file, object) {
  const name = `${object.kind}/${object.metadata?.name}`;
  const say = (problem) => problems.push({ file, object: name, problem });
  if (object.apiVersion === "dapr.io/v1alpha1") {
    const schema = dapr[object.kind];
    if (!schema) return say("an unknown kind of Dapr's");
    const validate = ajv.compile({ ...schema, $defs: dapr.$defs });
    if (!validate(object)) for (const e of validate.errors) say(`${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
    return;
  }
  const specifier = packageOf(object.apiVersion);
  let model;
  try {
    const found = await load(specifier);
    model = found[object.kind] ?? found.default?.[object.kind];
  } catch {
    model = undefined;
  }
  if (!model) return say(`there is no ${object.kind} in ${object.apiVersion}`);
  try {
    new model(object).validate();
  } catch (e) {
    say(e.message);
  }
  declarations.push({ file, object: name, type: `import("${specifier}").I${object.kind}`, value: object });
}

for (const file of files) {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".json"))
    declarations.push({ file: basename(file), object: "dashboard", type: `import("@grafana/schema").Dashboard`, value: JSON.parse(text) });
  else
    for (const object of yaml.loadAll(text)) if (object) await check(basename(file), object);
}

// The compiler refuses members that a literal's type does not have. One file, so that the types are read once.
const folder = mkdtempSync(join(tools, "node", ".check-"));
try {
  const lines = declarations.map((d, i) => `const o${i}: ${d.type} = ${JSON.stringify(d.value)};`);
  const source = join(folder, "objects.ts");
  writeFileSync(source, lines.join("\n") + "\nexport {};\n");
  const program = ts.createProgram([source], {
    noEmit: true, strict: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler, types: [], lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  });
  for (const diagnostic of program.getSemanticDiagnostics(program.getSourceFile(source))) {
    const declaration = declarations[diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line];
    problems.push({ file: declaration.file, object: declaration.object, problem: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n") });
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(JSON.stringify(problems));
