// A phone calls the application through a SIP domain: what it was asked, and how the call ended.
// `java CallTest.java` runs it; with JUnit, `start` is a @BeforeAll, `end` an @AfterAll, and the others are each a @Test.
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public final class CallTest {
    static final String SIPDOMAIN = System.getenv().getOrDefault("SIPDOMAIN", "sipdomain");
    static final String PASSWORD = "Correct-Horse-42";

    // The application under test; yours stands here.
    final List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer app;
    Process serve;
    String sip;
    String http;

    void start() throws IOException {
        app = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        app.createContext("/voice", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(URLDecoder.decode(body, StandardCharsets.UTF_8));
            byte[] twiml = "<Response><Say>Hello from Java</Say></Response>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, twiml.length);
            exchange.getResponseBody().write(twiml);
            exchange.close();
        });
        app.start();
        String voice = "http://127.0.0.1:" + app.getAddress().getPort() + "/voice";
        serve = new ProcessBuilder(
            SIPDOMAIN, "serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--no-speech",
            "--voice-url", voice, "--user", "alice", "--password", PASSWORD
        ).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        // It is ready when it says so, with the ports that it was given.
        String line = new BufferedReader(new InputStreamReader(serve.getInputStream())).readLine();
        Matcher ready = Pattern.compile("ready sip=(\\S+) .*http=(\\S+) account=.*").matcher(String.valueOf(line));
        check(ready.matches(), "not ready: " + line);
        sip = ready.group(1);
        http = ready.group(2);
    }

    void end() throws InterruptedException {
        serve.destroy();
        check(serve.waitFor() == 0, "serve ended with " + serve.exitValue());
        app.stop(0);
    }

    void aCallerWithTheRightPasswordReachesTheApplication() throws Exception {
        check(call("--password", PASSWORD, "--header", "X-Order: 4711") == 0, "not answered");
        check(asked.get(0).contains("SipHeader_X-Order=4711"), asked.get(0));
        check(get("/_sipdomain/calls").contains("\"status\": \"completed\""), get("/_sipdomain/calls"));
    }

    void aCallerWithAWrongPasswordDoesNot() throws Exception {
        int before = asked.size();
        check(call("--password", "Wrong-Horse-42") == 1, "answered");
        check(asked.size() == before, "the application was asked");
    }

    int call(String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(SIPDOMAIN, "call", "--sip", sip, "--no-speech"));
        words.addAll(Arrays.asList(options));
        return new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    }

    String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(http + path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    static void check(boolean isSo, String otherwise) {
        if (!isSo) {
            throw new AssertionError(otherwise);
        }
    }

    public static void main(String[] arguments) throws Exception {
        CallTest test = new CallTest();
        test.start();
        try {
            test.aCallerWithTheRightPasswordReachesTheApplication();
            test.aCallerWithAWrongPasswordDoesNot();
        } finally {
            test.end();
        }
        System.out.println("2 passed");
    }
}
