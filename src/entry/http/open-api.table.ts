/** The API in OpenAPI's words, as served at /api/v1/openapi.json. */
const json = (description: string) => ({ '200': { description, content: { 'application/json': {} } } });
const names = ['app', 'environment'].map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
const after = {
  name: 'after',
  in: 'query',
  schema: { type: 'integer', minimum: 0 },
  description: 'only events with a higher number; numbers begin anew with the daemon',
};
const failed = (description: string) => ({
  description,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { error: { type: 'string' }, hint: { type: 'string' } },
        required: ['error'],
      },
    },
  },
});
const bearer = { type: 'http', scheme: 'bearer', description: 'Needed when the daemon has a server.tokenFile.' };
const kubernetes = {
  type: 'http',
  scheme: 'bearer',
  description: 'A token that the API server of the cluster knows in which the release is remembered.',
};

export const openApi = {
  openapi: '3.1.0',
  info: { title: 'helm-gitops', version: 'v1', description: 'What the daemon knows of its releases.' },
  components: { securitySchemes: { bearer, kubernetes } },
  security: [{}, { bearer: [] }],
  paths: {
    '/api/v1/releases': {
      get: {
        summary: 'All releases with health and drift',
        responses: json('releases, and whether the first pass is done'),
      },
    },
    '/api/v1/releases/{app}/{environment}': {
      get: { summary: 'One release', parameters: names, responses: json('the release') },
    },
    '/api/v1/releases/{app}/{environment}/history': {
      get: { summary: "Helm's revisions of a release", parameters: names, responses: json('revisions, oldest first') },
    },
    '/api/v1/repositories': {
      get: { summary: 'Repositories, their revisions and problems', responses: json('repositories') },
    },
    '/api/v1/clusters': {
      get: { summary: 'Clusters, and which are out of reach', responses: json('clusters') },
    },
    '/api/v1/events': {
      get: {
        summary: 'The last 500 events',
        parameters: [after],
        responses: json('events, oldest first'),
      },
    },
    '/api/v1/stream': {
      get: {
        summary: 'Events as they happen; Last-Event-ID resumes',
        parameters: [after],
        responses: {
          '200': {
            description: 'server-sent events: "event" with JSON, "board" with the page\'s HTML',
            content: { 'text/event-stream': {} },
          },
        },
      },
    },
    '/api/v1/decisions/{id}': {
      post: {
        summary: 'Approves or rejects a version or a plan that waits, as whom Kubernetes knows by the token',
        security: [{ kubernetes: [] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  decision: { enum: ['approve', 'reject'] },
                  reason: { type: 'string', maxLength: 1000, description: 'of a rejection: needed' },
                },
                required: ['decision'],
                additionalProperties: false,
              },
            },
          },
        },
        responses: {
          ...json('it counts: id, app, environment, by whom, and since when where they had said the same before'),
          '400': failed('the body is not understood'),
          '401': failed('the cluster knows no such token'),
          '403': failed('that person may not decide, or is none of those who are asked'),
          '404': failed('nothing waits by that name'),
          '409': failed('it does not wait any more; the error names what does'),
          '413': failed('the body is too large'),
          '415': failed('the body is no JSON'),
          '429': failed('too many at once; Retry-After says when to try again'),
          '503': failed('the cluster does not answer, or does not let the daemon ask it'),
        },
      },
    },
    '/api/v1/session': {
      post: {
        summary: 'A browser shows a token and gets a cookie for it',
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', properties: { token: { type: 'string' } }, required: ['token'] },
            },
          },
        },
        responses: {
          '303': { description: 'signed in: to the page' },
          '401': { description: 'the token is not known' },
        },
      },
    },
    '/healthz': { get: { summary: 'The process answers', responses: { '200': { description: 'ok' } } } },
    '/readyz': {
      get: {
        summary: 'The first pass is done',
        responses: { '200': { description: 'ready' }, '503': { description: 'not yet' } },
      },
    },
    '/metrics': { get: { summary: "Prometheus' text format", responses: { '200': { description: 'metrics' } } } },
  },
};
