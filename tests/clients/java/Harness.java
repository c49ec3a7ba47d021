import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.MessagingApi;
import org.openapitools.client.model.SendMessageRequest;

/** Reads requests, one a line, and writes them back through the client's types; with an address, what it answers. */
public class Harness {
    private static final ApiClient CLIENT = new ApiClient();
    private static final ObjectMapper MAPPER = CLIENT.getJSON().getMapper();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                out.println(MAPPER.writeValueAsString(answer(line, arguments)));
            } catch (Exception error) {
                out.println("error: " + error.toString().replace('\n', ' '));
            }
        }
    }

    private static Object answer(String line, String[] arguments) throws Exception {
        SendMessageRequest request = MAPPER.readValue(line, SendMessageRequest.class);
        if (arguments.length == 0) {
            return request;
        }
        CLIENT.setBasePath(arguments[0]);
        CLIENT.setApiKey("secret");
        return new MessagingApi(CLIENT).sendMessage(request);
    }
}
