package io.winnow.deploy;

import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Trees of YAML, walked by keys. */
final class Yaml {

    private Yaml() {}

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Map<String, Object>> documents = new java.util.ArrayList<>();
        for (Object document : new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).loadAll(text)) {
            if (document != null) {
                documents.add((Map<String, Object>) document);
            }
        }
        return documents;
    }

    /** What lies under the keys, or null where one of them is missing. */
    @SuppressWarnings("unchecked")
    static <T> T at(Object tree, String... keys) {
        Object found = tree;
        for (String key : keys) {
            found = found == null ? null : ((Map<String, Object>) found).get(key);
        }
        return (T) found;
    }
}
