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

    /// <summary>The model that is used.</summary>
    internal string ChosenModel => Model ?? (ModelPackage.IsIn(Folder) ? UniversalSentenceEncoder.ModelId : NoModel);

    /// <summary>Checks what belongs together.</summary>
    internal sealed class Validator : IValidateOptions<EmbeddingOptions>
    {
        public ValidateOptionsResult Validate(string? name, EmbeddingOptions options)
        {
            var errors = options.ChosenModel switch
            {
                NoModel => [],
                UniversalSentenceEncoder.ModelId => ModelPackage.IsIn(options.Folder) ? [] : [$"{nameof(Folder)}: {options.Folder} has no model; `daprmem model add` fetches it"],
                OpenAiModel => EndpointErrors(options),
                var other => [$"{nameof(Model)} is {NoModel}, {UniversalSentenceEncoder.ModelId} or {OpenAiModel}, not '{other}'"],
            };
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(error => $"{SectionName}:{error}"));
        }

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
