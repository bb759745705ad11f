package io.winnow.model.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.model.Architecture;
import io.winnow.model.ArchitectureOption;
import io.winnow.model.ArchitectureOption.Choice;
import io.winnow.model.ArchitectureOption.RealNumber;
import io.winnow.model.ArchitectureOption.WholeNumber;
import io.winnow.model.ArchitectureOption.WholeNumbers;
import io.winnow.model.Architectures;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ArchitectureController {

    @GetMapping("/architectures")
    Catalogue list() {
        return new Catalogue(
                Architectures.all().stream().map(ArchitectureResponse::of).toList());
    }

    /** All built-in architectures: the catalogue is short and has no pages. */
    record Catalogue(List<ArchitectureResponse> items) {}

    record ArchitectureResponse(String name, String description, List<OptionResponse> options) {

        static ArchitectureResponse of(Architecture architecture) {
            return new ArchitectureResponse(
                    architecture.name(),
                    architecture.description(),
                    architecture.options().stream().map(OptionResponse::of).toList());
        }
    }

    /**
     * @param type {@code integer}, {@code number}, {@code integers} (a list) or {@code choice}
     * @param step from one possible value to the next, beginning at the least; null where it is 1
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OptionResponse(
            String name,
            String type,
            String description,
            @JsonProperty("default") Object defaultValue,
            @Nullable Number minimum,
            @Nullable Number maximum,
            @Nullable Integer step,
            @Nullable Integer minItems,
            @Nullable Integer maxItems,
            @Nullable List<String> choices) {

        static OptionResponse of(ArchitectureOption option) {
            String name = option.name();
            String description = option.description();
            Object value = option.defaultValue();
            if (option instanceof WholeNumber number) {
                Integer step = number.step() == 1 ? null : number.step();
                return new OptionResponse(
                        name, "integer", description, value, number.least(), number.most(), step, null, null, null);
            }
            if (option instanceof RealNumber number) {
                return new OptionResponse(
                        name, "number", description, value, number.least(), number.most(), null, null, null, null);
            }
            if (option instanceof WholeNumbers list) {
                return new OptionResponse(
                        name,
                        "integers",
                        description,
                        value,
                        list.least(),
                        list.most(),
                        null,
                        list.fewest(),
                        list.longest(),
                        null);
            }
            Choice choice = (Choice) option;
            return new OptionResponse(
                    name, "choice", description, value, null, null, null, null, null, choice.choices());
        }
    }
}
