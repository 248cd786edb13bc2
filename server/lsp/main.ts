// The program of dist/server.cjs: connects the editor's messages to the server's handlers. It makes no
// decisions and loads no native code; the engine lives in the worker.
import "../files/translations/index.ts";
import { join } from "node:path";
import {
  createConnection,
  ErrorCodes,
  LSPErrorCodes,
  ProposedFeatures,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type CancellationToken,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import * as methods from "../protocol/methods.ts";
import { describeError } from "../../core/base/index.ts";
import { ServerError } from "./errors.ts";
import { capabilitiesOf, PromptDocuments, serveLanguage } from "./language/index.ts";
import { readOptions } from "./options.ts";
import { readParams } from "./params.ts";
import { Serving } from "./serving.ts";

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);
const prompts = new PromptDocuments();
let serving: Serving | null = null;

// The worker program is beside this bundle, which is CommonJS.
const workerPath = process.env.LASER_WORKER_PATH ?? join(__dirname, "worker.mjs");

connection.onInitialize(({ initializationOptions }) => {
  try {
    serving = new Serving(workerPath, readOptions(initializationOptions), prompts, {
      log: (line) => {
        connection.console.info(line);
      },
      onStatus: (status) => {
        notify(methods.statusNotice, status);
      },
      onEvent: (runId, event) => {
        notify(methods.runEventNotice, { runId, event });
      },
      onDiagnostics: (published) => {
        connection.sendDiagnostics(published).catch(ignore);
      },
      // A client that does not know this request sends nothing.
      places: (uri) =>
        connection.sendRequest<methods.Places>(methods.placesRequest.method, { uri }).catch(() => null),
    });
  } catch (error) {
    throw responseError(error);
  }
  return {
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      ...capabilitiesOf(serving.features),
    },
    serverInfo: { name: "LASER" },
    laserProtocol: methods.METHODS_VERSION,
  };
});
connection.onInitialized(() => {
  serving?.supervisor.emitStatus();
});
connection.onShutdown(async () => {
  await serving?.close();
});

answer(methods.prepareRequest, (server, { model }) => {
  server.requireTrust("run");
  return server.supervisor.prepare(model);
});
answer(methods.runRequest, (server, params, token) => {
  server.requireTrust("run");
  const ended = server.runs.run(params);
  token.onCancellationRequested(() => {
    server.runs.stop(params.runId);
  });
  return ended;
});
answer(methods.fetchRequest, (server, { runId, catalogueId }, token) => {
  server.requireTrust("fetch");
  const fetched = server.runs.fetch(runId, catalogueId);
  token.onCancellationRequested(() => {
    server.runs.stop(runId);
  });
  return fetched;
});
answer(methods.devicesRequest, (server, { runId, again }) => {
  server.requireTrust("fetch");
  return server.runs.besides(runId, "devices", { again });
});
answer(methods.installBackendRequest, (server, { runId, backend }) => {
  server.requireTrust("fetch");
  return server.runs.besides(runId, "installBackend", { backend });
});
answer(methods.stopRequest, (server, { runId }) => {
  server.runs.stop(runId);
  return Promise.resolve(null);
});
answer(methods.modelsRequest, (server, fitFor) => server.models(fitFor));
answer(methods.modelFilesRequest, (server, params) => server.modelFiles(params));
answer(methods.hubModelsRequest, (server) => server.hubModels());
answer(methods.fetchHubRequest, (server, { runId, hubName }, token) => {
  server.requireTrust("fetch");
  const fetched = server.runs.besides(runId, "fetchHub", { hubName });
  token.onCancellationRequested(() => {
    server.runs.stop(runId);
  });
  return fetched;
});
answer(methods.modelReportRequest, (server, { model }) => {
  server.requireTrust("run");
  return server.modelReport(model);
});
answer(methods.restartRequest, async (server) => {
  await server.restart();
  return null;
});
answer(methods.promptTokensRequest, async (server, { uri, model, systemInUserTurn }) => {
  server.requireTrust("run");
  const document = documents.get(uri);
  if (document === undefined) return null;
  const counted = await server.counts.ofPrompt(prompts.of(document), model, systemInUserTurn);
  const now = documents.get(uri);
  if (now !== undefined) server.checks.seenAgain(now);
  return counted;
});
answer(methods.renderedPromptRequest, (server, { model, prompt }) => {
  server.requireTrust("run");
  return server.counts.rendered(model, prompt);
});
answer(methods.chatTokensRequest, (server, params) => {
  server.requireTrust("run");
  return server.counts.ofChat(params);
});
connection.onNotification(methods.trustGrantedNotice.method, () => {
  serving?.grantTrust();
});

serveLanguage({
  ...{ connection, documents, prompts },
  features: () => serving?.features ?? { laserOnly: false },
  existing: {
    groups: async (document) => (await serving?.existing.groups(document)) ?? [],
    models: async (document) => (await serving?.existing.models(document)) ?? [],
  },
  countTokens: (text) => serving?.counts.count(text) ?? Promise.resolve(null),
});
documents.onDidChangeContent(({ document }) => {
  serving?.checks.changed(document);
});
documents.onDidClose(({ document }) => {
  serving?.closed(document);
});
documents.listen(connection);
connection.listen();

/** Answers a method; a failure is answered with its text, so that the editor can show message and next step. */
function answer<Params, Result>(
  asked: methods.Method<Params, Result>,
  handle: (server: Serving, params: Params, token: CancellationToken) => Promise<Result>,
): void {
  connection.onRequest(asked.method, async (given: unknown, token: CancellationToken): Promise<unknown> => {
    try {
      if (serving === null) throw new ServerError({ tag: "serverClosing" });
      return await handle(serving, readParams(asked, given), token);
    } catch (error) {
      throw responseError(error);
    }
  });
}

function notify<Params>({ method }: methods.Method<Params, never>, params: Params): void {
  connection.sendNotification(method, params).catch(ignore);
}

/** The connection is closed, so there is no one left to receive an answer. */
const ignore = (): undefined => undefined;

function responseError(error: unknown): ResponseError<unknown> {
  const text = describeError(error);
  const isRefused = error instanceof ServerError && error.fault.tag === "paramsInvalid";
  const code = isRefused ? ErrorCodes.InvalidParams : LSPErrorCodes.RequestFailed;
  return new ResponseError(code, text.message, text);
}
