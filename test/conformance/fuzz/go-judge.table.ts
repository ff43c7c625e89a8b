/** The judge's Go program, for Helm 3 and 4, and the chart around every case. */

export const CHART_YAML = `apiVersion: v2
name: fuzz
version: 1.2.3
appVersion: "4.5-rc1"
description: A chart to be fuzzed
type: application
home: https://example.org/x?y=1&z=2
icon: ""
keywords: [one, "two three"]
sources: [https://example.org/src]
maintainers:
  - name: Jo
    email: jo@example.org
  - name: Li
annotations:
  a/b: "c"
  n: "1"
`;

export const HELPERS = `{{- define "up" -}}{{ . | toString | upper }}{{- end -}}
{{ define "lines" }}a: 1
b: {{ . }}
{{ end }}{{ define "nested" }}<{{ include "up" . }}|{{ template "lines" 5 }}>{{ end }}
{{ define "fails" }}
  {{ fail (print "failed: " .) }}{{ end }}{{ define "field" }}{{ .a.b.c }}{{ end }}
{{ define "count" }}{{ if gt (int .) 0 }}{{ . }},{{ include "count" (sub (int .) 1) }}{{ end }}{{ end }}
{{ define "empty" }}{{ end }}{{ define "nv" }}{{ .Values.nope }}{{ end }}
`;

export const FILES: Readonly<Record<string, string>> = {
  'data/a.txt': 'first\nsecond: x\n',
  'data/b.yaml': 'a: 1\nb: [x, "y"]\n',
  'data/noeol': 'one\ntwo',
  'data/bytes': 'h\u00e9\u0000\u0001x',
  'conf/x.toml': 'a = 1\n[b]\nc = "d"\n',
  'conf/y.json': '{"k": [1, 2.5, null]}\n',
  'README.md': '# Hi {{ .Values.s }}\n',
};

const quoted = (text: string): string => JSON.stringify(text);

const v4 = {
  imports: `"helm.sh/helm/v4/pkg/chart/common"
	chartutil "helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2"`,
  file: 'common.File',
  chart: 'v2',
  options: 'common.ReleaseOptions',
  capabilities: 'common.DefaultCapabilities',
};
const v3 = {
  imports: `"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"`,
  file: 'chart.File',
  chart: 'chart',
  options: 'chartutil.ReleaseOptions',
  capabilities: 'chartutil.DefaultCapabilities',
};

export function goSource(major: 'v3' | 'v4'): string {
  const names = major === 'v4' ? v4 : v3;
  const files = Object.entries(FILES).map(([name, data]) => `{Name: ${quoted(name)}, Data: []byte(${quoted(data)})},`);
  return `package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	${names.imports}
	"helm.sh/helm/${major}/pkg/engine"
	"sigs.k8s.io/yaml"
)

type request struct{ Text, Values string }

var metadata ${names.chart}.Metadata

// revive turns what marks an int64 into one.
func revive(v any) any {
	switch v := v.(type) {
	case string:
		if n, found := strings.CutPrefix(v, "\\x01int64:"); found {
			i, _ := strconv.ParseInt(n, 10, 64)
			return i
		}
	case []any:
		for i := range v {
			v[i] = revive(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = revive(v[k])
		}
	}
	return v
}

func render(r request) (string, error) {
	values := map[string]any{}
	if err := json.Unmarshal([]byte(r.Values), &values); err != nil {
		panic(err)
	}
	revive(values)
	m := metadata
	c := &${names.chart}.Chart{
		Metadata: &m,
		Values:   map[string]any{},
		Templates: []*${names.file}{
			{Name: "templates/_helpers.tpl", Data: []byte(${quoted(HELPERS)})},
			{Name: "templates/NOTES.txt", Data: []byte(r.Text)},
		},
		Files: []*${names.file}{${files.join('\n')}},
	}
	top, err := chartutil.ToRenderValues(c, values, ${names.options}{Name: "rel", Namespace: "prod", Revision: 1, IsInstall: true}, ${names.capabilities}.Copy())
	if err != nil {
		return "", err
	}
	out, err := engine.Render(c, top)
	return out["fuzz/templates/NOTES.txt"], err
}

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	log.SetOutput(io.Discard)
	if err := yaml.Unmarshal([]byte(${quoted(CHART_YAML)}), &metadata); err != nil {
		panic(err)
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\\n')
		if err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			panic(err)
		}
		timer := time.AfterFunc(10*time.Second, func() { os.Exit(3) })
		text, err := render(r)
		timer.Stop()
		if err != nil {
			encoder.Encode(map[string][]byte{"err": []byte(err.Error())})
		} else {
			encoder.Encode(map[string][]byte{"out": []byte(text)})
		}
		out.Flush()
	}
}
`;
}
