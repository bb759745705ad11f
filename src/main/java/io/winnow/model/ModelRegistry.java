package io.winnow.model;

import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.MostStored;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.database.StoredLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Registers models, finds them and deletes them. */
@Component
public class ModelRegistry implements Models {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final ModelRepository repository;
    private final ObjectProvider<ModelUse> uses;
    private final TorchScriptModels scripts;
    private final TransactionOperations transaction;
    private final StoredLimit limit;

    ModelRegistry(
            ModelRepository repository,
            ObjectProvider<ModelUse> uses,
            TorchScriptModels scripts,
            TransactionOperations transaction,
            JdbcClient jdbc,
            MostStored most) {
        this.repository = repository;
        this.uses = uses;
        this.scripts = scripts;
        this.transaction = transaction;
        this.limit =
                new StoredLimit(jdbc, "models", "model", most.models(), "delete one by DELETE /models/{name} first");
    }

    /**
     * Registers a model of a TorchScript file that a user uploads. The file is read and checked, never loaded.
     *
     * @param file what came, left to the caller
     * @param uploader who sends it, where that is known
     * @throws ConflictException when uploads are off, the name is taken, or there are too many
     * @throws InvalidRequestException when a field is wrong, or the file holds what is not accepted
     */
    public Model upload(Script script, Path file, @Nullable String uploader) throws IOException {
        scripts.requireEnabled();
        String initialise = script.initialise() == null ? TorchScriptModels.KEEP : script.initialise();
        String name = checkedName(
                script.name(),
                violations -> violations.require(
                        TorchScriptModels.INITIALISE.contains(initialise),
                        "initialise",
                        "must be one of: " + String.join(", ", TorchScriptModels.INITIALISE)));
        requireFree(name);
        UUID id = UUID.randomUUID();
        TorchScriptModels.Kept kept = scripts.keep(id, file);
        try {
            return keep(new Model(id, name, kept.options(initialise), kept.upload(), uploader));
        } catch (DataIntegrityViolationException e) {
            scripts.delete(id);
            throw taken(name);
        } catch (RuntimeException e) {
            scripts.delete(id);
            throw e;
        }
    }

    /** Refuses with a conflict while uploads are off. */
    public void requireUploads() {
        scripts.requireEnabled();
    }

    /** @throws InvalidRequestException for a file that is larger than may be kept, before anybody copies it */
    public void requireFits(long bytes) {
        scripts.requireFits(bytes);
    }

    private static String checkedName(@Nullable String name, Consumer<InvalidRequestException.Collector> more) {
        InvalidRequestException.Collector violations = new InvalidRequestException.Collector()
                .require(
                        name != null && NAME.matcher(name).matches(),
                        "name",
                        "must be 1 to 63 of the characters a-z 0-9 . _ - and begin with a letter or digit");
        more.accept(violations);
        violations.throwIfAny();
        return String.valueOf(name);
    }

    /**
     * Registers a model.
     *
     * @throws InvalidRequestException when a field is wrong
     * @throws ConflictException when the name is taken, or there are too many
     */
    public Model register(Registration registration) {
        Optional<Architecture> architecture =
                Optional.ofNullable(registration.architecture()).flatMap(Architectures::find);
        String checkedName = checkedName(
                registration.name(),
                violations -> violations.require(
                        architecture.isPresent(), "architecture", "must be one of: " + Architectures.names()));
        Map<String, Object> options = architecture.orElseThrow().complete(registration.options());
        requireFree(checkedName);
        try {
            return keep(new Model(checkedName, architecture.orElseThrow(), options));
        } catch (DataIntegrityViolationException e) {
            throw taken(checkedName);
        }
    }

    private void requireFree(String name) {
        if (repository.existsByName(name)) {
            throw taken(name);
        }
        limit.requireRoom();
    }

    private Model keep(Model model) {
        return transaction.execute(status -> {
            Model saved = repository.saveAndFlush(model);
            limit.admit();
            return saved;
        });
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
        if (model.upload() != null) {
            scripts.delete(model.id());
        }
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

    /**
     * What a user says of a TorchScript file.
     *
     * @param initialise {@code keep} (default) trains from the uploaded weights, {@code reset} from fresh ones in each run
     */
    public record Script(@Nullable String name, @Nullable String initialise) {}
}
