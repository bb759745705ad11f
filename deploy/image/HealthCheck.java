import java.net.HttpURLConnection;
import java.net.URI;

/** Ends with 0 when the service in this container says that it is alive: the image has no shell and no curl. */
public final class HealthCheck {

    private static final int TIMEOUT_MILLIS = 4_000;

    private HealthCheck() {}

    public static void main(String[] arguments) throws Exception {
        String port = System.getenv().getOrDefault("SERVER_PORT", "8080");
        URI liveness = URI.create("http://127.0.0.1:" + port + "/actuator/health/liveness");
        HttpURLConnection connection = (HttpURLConnection) liveness.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        System.exit(connection.getResponseCode() == 200 ? 0 : 1);
    }
}
