// Asks Alertmanager's own packages (0.25) which values a text of matchers takes, and which moments a time interval holds.
//
// It reads and writes one JSON object a line; `answers.jsonl` was made with it. With Debian's golang-go and
// golang-github-prometheus-alertmanager-dev:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run ask.go <questions.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"time"
	_ "time/tzdata"

	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/alertmanager/timeinterval"
	"gopkg.in/yaml.v2"
)

type question struct {
	Matchers string   `json:"matchers,omitempty"` // all about a label x
	Values   []string `json:"values,omitempty"`
	Interval string   `json:"interval,omitempty"` // YAML
	Moments  []int64  `json:"moments,omitempty"`  // seconds since 1970
	Holds    []bool   `json:"holds"`              // null where the question is refused
}

func main() {
	lines, answers := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if asked.Interval == "" {
			asked.Holds = taken(asked.Matchers, asked.Values)
		} else {
			asked.Holds = held(asked.Interval, asked.Moments)
		}
		if err := answers.Encode(asked); err != nil {
			panic(err)
		}
	}
}

func taken(text string, values []string) []bool {
	matchers, err := labels.ParseMatchers(text)
	if err != nil {
		return nil
	}
	found := make([]bool, len(values))
	for i, value := range values {
		found[i] = true
		for _, matcher := range matchers {
			found[i] = found[i] && matcher.Matches(value)
		}
	}
	return found
}

func held(text string, moments []int64) []bool {
	var interval timeinterval.TimeInterval
	if err := yaml.UnmarshalStrict([]byte(text), &interval); err != nil {
		return nil
	}
	found := make([]bool, len(moments))
	for i, moment := range moments {
		found[i] = interval.ContainsTime(time.Unix(moment, 0).UTC())
	}
	return found
}
