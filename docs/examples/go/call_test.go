// A phone calls the application through a SIP domain: what it was asked, and how the call ended. `go test` runs it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
)

const password = "Correct-Horse-42"

var ready = regexp.MustCompile(`^ready sip=(\S+) .*http=(\S+)`)

func sipdomain() string {
	if command := os.Getenv("SIPDOMAIN"); command != "" {
		return command
	}
	return "sipdomain"
}

// application is what is under test; yours stands here.
type application struct {
	lock  sync.Mutex
	asked []url.Values
}

func (app *application) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	request.ParseForm()
	app.lock.Lock()
	app.asked = append(app.asked, request.Form)
	app.lock.Unlock()
	response.Header().Set("Content-Type", "text/xml")
	fmt.Fprint(response, "<Response><Say>Hello from Go</Say></Response>")
}

func (app *application) requests() []url.Values {
	app.lock.Lock()
	defer app.lock.Unlock()
	return app.asked
}

// emulator is a running `sipdomain serve`.
type emulator struct {
	sip  string
	http string
}

func start(t *testing.T, app http.Handler) emulator {
	server := httptest.NewServer(app)
	serve := exec.Command(sipdomain(), "serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--no-speech",
		"--voice-url", server.URL+"/voice", "--user", "alice", "--password", password)
	output, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		serve.Process.Signal(syscall.SIGTERM)
		if err := serve.Wait(); err != nil {
			t.Errorf("serve ended with %v", err)
		}
		server.Close()
	})
	// It is ready when it says so, with the ports that it was given.
	line, _ := bufio.NewReader(output).ReadString('\n')
	found := ready.FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("not ready: %q", line)
	}
	return emulator{found[1], found[2]}
}

// call places a call, and returns the exit code: 0 when it was answered.
func (emulator emulator) call(options ...string) int {
	command := exec.Command(sipdomain(), append([]string{"call", "--sip", emulator.sip, "--no-speech"}, options...)...)
	command.Run()
	return command.ProcessState.ExitCode()
}

func TestACallerWithTheRightPasswordReachesTheApplication(t *testing.T) {
	app := &application{}
	emulator := start(t, app)
	if code := emulator.call("--password", password, "--header", "X-Order: 4711"); code != 0 {
		t.Fatalf("call ended with %d", code)
	}
	if order := app.requests()[0].Get("SipHeader_X-Order"); order != "4711" {
		t.Errorf("X-Order is %q", order)
	}
	answer, err := http.Get(emulator.http + "/_sipdomain/calls")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var seen struct{ Calls []struct{ Sid, Status string } }
	if err := json.NewDecoder(answer.Body).Decode(&seen); err != nil {
		t.Fatal(err)
	}
	if seen.Calls[0].Sid != app.requests()[0].Get("CallSid") || seen.Calls[0].Status != "completed" {
		t.Errorf("the latest call is %+v", seen.Calls[0])
	}
}

func TestACallerWithAWrongPasswordDoesNot(t *testing.T) {
	app := &application{}
	if code := start(t, app).call("--password", "Wrong-Horse-42"); code != 1 {
		t.Errorf("call ended with %d", code)
	}
	if len(app.requests()) != 0 {
		t.Error("the application was asked")
	}
}
