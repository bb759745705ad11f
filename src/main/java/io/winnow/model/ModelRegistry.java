package io.winnow.model;

import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.stereotype.Component;

/** Registers models, finds them and deletes them. */
@Component
public class ModelRegistry implements Models {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final ModelRepository repository;
    private final ObjectProvider<ModelUse> uses;

    ModelRegistry(ModelRepository repository, ObjectProvider<ModelUse> uses) {
        this.repository = repository;
        this.uses = uses;
    }

    /**
     * Registers a model.
     *
     * @throws InvalidRequestException when a field is wrong
     * @throws ConflictException when the name is taken
     */
    public Model register(Registration registration) {
        String name = registration.name();
        Optional<Architecture> architecture =
                Optional.ofNullable(registration.architecture()).flatMap(Architectures::find);
        new InvalidRequestException.Collector()
                .require(
                        name != null && NAME.matcher(name).matches(),
                        "name",
                        "must be 1 to 63 of the characters a-z 0-9 . _ - and begin with a letter or digit")
                .require(architecture.isPresent(), "architecture", "must be one of: " + Architectures.names())
                .throwIfAny();
        Map<String, Object> options = architecture.orElseThrow().complete(registration.options());
        String checkedName = String.valueOf(name);
        if (repository.existsByName(checkedName)) {
            throw taken(checkedName);
        }
        try {
            return repository.saveAndFlush(new Model(checkedName, architecture.orElseThrow(), options));
        } catch (DataIntegrityViolationException e) {
            throw taken(checkedName);
        }
    }

    private static ConflictException taken(String name) {
        return new ConflictException(
                "a model called '%s' exists; delete it first or choose another name".formatted(name));
    }

    /** @throws NotFoundException when there is none */
    public Model find(String name) {
        return Optional.of(name)
                .filter(written -> NAME.matcher(written).matches())
                .flatMap(repository::findByName)
                .orElseThrow(() ->
                        new NotFoundException("there is no model '%s'; POST /models registers one".formatted(name)));
    }

    public Page<Model> list(Pageable page) {
        return repository.findAll(page);
    }

    /** @throws ConflictException when it is in use */
    public void delete(String name) {
        Model model = find(name);
        uses.orderedStream()
                .flatMap(use -> use.inUse(registered(model)).stream())
                .findFirst()
                .ifPresent(use -> {
                    throw new ConflictException("model '%s' is in use: %s".formatted(name, use));
                });
        repository.deleteById(model.id());
    }

    @Override
    public RegisteredModel require(String name) {
        return registered(find(name));
    }

    private static RegisteredModel registered(Model model) {
        return new RegisteredModel(model.id(), model.name(), model.architecture(), model.options());
    }

    /**
     * What a user says of a model. Nothing is checked before {@link #register}.
     *
     * @param options those of the architecture that shall not have their default
     */
    public record Registration(
            @Nullable String name,
            @Nullable String architecture,
            @Nullable Map<String, Object> options) {}
}
