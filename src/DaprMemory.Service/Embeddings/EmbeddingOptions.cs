using System.ComponentModel.DataAnnotations;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Models;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Embeddings;

/// <summary>Which model finds memories by meaning, if any, and how it is used.</summary>
public sealed record EmbeddingOptions : SchedulerOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Embeddings";

    /// <summary>No model: memories are found by their words.</summary>
    public const string NoModel = "none";

    /// <summary>A model behind <see cref="Endpoint"/>.</summary>
    public const string OpenAiModel = "openai";

    /// <summary>The model.</summary>
    /// <value><c>none</c>, <c>use-lite</c> (embedded) or <c>openai</c> (<see cref="Endpoint"/>). The default is <c>use-lite</c> if it is in <see cref="Folder"/>, else <c>none</c>.</value>
    public string? Model { get; init; }

    /// <summary>Where <c>use-lite</c> lies.</summary>
    /// <value>The default is <c>data/models/use-lite</c>, where <c>daprmem model add</c> puts it.</value>
    [Required]
    public string Folder { get; init; } = ModelPackage.UseLite.FolderIn("data");

    /// <summary>The endpoint of <c>openai</c>.</summary>
    public ModelEndpointOptions Endpoint { get; init; } = new();

    /// <summary>How many numbers the vectors of <c>openai</c> have.</summary>
    /// <value>No default: the model says. Vectors of other lengths are not taken.</value>
    [Range(0, 16_384)]
    public int Dimensions { get; init; }

    /// <summary>Whether the endpoint is asked for vectors of that length, for models that can shorten theirs.</summary>
    /// <value>Default no.</value>
    public bool ShortenVectors { get; init; }

    /// <summary>
    /// The model that was in use before. While memories of a space wait for vectors of the new one, queries are answered by those that this one
    /// has left in the store; new memories are found by their words then.
    /// </summary>
    /// <value>The same settings as for the model itself. The default is none.</value>
    public EmbeddingOptions? Previous { get; init; }

    /// <summary>The model that is used.</summary>
    internal string ChosenModel => Model ?? (ModelPackage.IsIn(Folder) ? UniversalSentenceEncoder.ModelId : NoModel);

    /// <summary>Checks what belongs together.</summary>
    internal sealed class Validator : IValidateOptions<EmbeddingOptions>
    {
        public ValidateOptionsResult Validate(string? name, EmbeddingOptions options)
        {
            List<string> errors = [.. ErrorsOf(options), .. options.Previous is { } previous ? PreviousErrors(options, previous) : []];
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(error => $"{SectionName}:{error}"));
        }

        static List<string> ErrorsOf(EmbeddingOptions options) => options.ChosenModel switch
        {
            NoModel => [],
            UniversalSentenceEncoder.ModelId => ModelPackage.IsIn(options.Folder) ? [] : [$"{nameof(Folder)}: {options.Folder} has no model; `daprmem model add` fetches it"],
            OpenAiModel => EndpointErrors(options),
            var other => [$"{nameof(Model)} is {NoModel}, {UniversalSentenceEncoder.ModelId} or {OpenAiModel}, not '{other}'"],
        };

        static IEnumerable<string> PreviousErrors(EmbeddingOptions options, EmbeddingOptions previous)
        {
            var results = new List<ValidationResult>();
            TryValidate(previous, results);
            foreach (var error in results.Select(result => result.ErrorMessage ?? "").Concat(ErrorsOf(previous)))
                yield return $"{nameof(Previous)}:{error}";
            if (previous.ChosenModel == NoModel || options.ChosenModel == NoModel)
                yield return $"{nameof(Previous)} is the model before another one: both are named";
            if (previous.Previous is not null)
                yield return $"{nameof(Previous)} has no {nameof(Previous)} of its own";
            if (Identity(previous) == Identity(options))
                yield return $"{nameof(Previous)} is another model than the one in use";
        }

        // What vectors must share to be compared.
        static (string, string, int) Identity(EmbeddingOptions options) =>
            options.ChosenModel == OpenAiModel ? (OpenAiModel, options.Endpoint.Model, options.Dimensions) : (options.ChosenModel, "", 0);

        static List<string> EndpointErrors(EmbeddingOptions options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidate(options.Endpoint, results);
            List<string> errors = [.. results.Select(result => result.ErrorMessage ?? ""), .. options.Endpoint.Errors()];
            errors = [.. errors.Select(error => $"{nameof(Endpoint)}:{error}")];
            if (options.Dimensions == 0)
                errors.Add($"{nameof(Dimensions)} is missing: how many numbers the model's vectors have");
            return errors;
        }

        static void TryValidate(object value, List<ValidationResult> results) =>
            System.ComponentModel.DataAnnotations.Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
    }
}
