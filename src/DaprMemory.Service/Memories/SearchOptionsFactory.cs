using System.ComponentModel.DataAnnotations;
using DaprMemory.Core.Search;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Memories;

/// <summary>
/// Makes the options of searches: those of the section <c>Search</c>, and under a tenant's name the same with the weights of its policy.
/// By hand, because the binder adds to a list that has a default instead of replacing it, and lays no section over another.
/// </summary>
internal sealed class SearchOptionsFactory(IConfiguration configuration) : IOptionsFactory<SearchOptions>
{
    /// <inheritdoc />
    public SearchOptions Create(string name)
    {
        var where = SearchOptions.SectionName;
        try
        {
            var section = configuration.GetSection(where);
            var options = section.Get<SearchOptions>() ?? new SearchOptions();
            options = options with
            {
                FromTurnsBefore = section.GetSection(nameof(SearchOptions.FromTurnsBefore)).Get<double[]>() ?? new SearchOptions().FromTurnsBefore,
                FromTurnsBehind = section.GetSection(nameof(SearchOptions.FromTurnsBehind)).Get<double[]>() ?? new SearchOptions().FromTurnsBehind,
            };
            if (name.Length > 0)
            {
                where = $"{MemoryServiceOptions.SectionName}:{nameof(MemoryServiceOptions.Policies)}:{name}:{nameof(TenantPolicy.SearchWeights)}";
                var weights = options.Weights with { };
                configuration.GetSection(where).Bind(weights);
                options = options with { Weights = weights };
            }
            return Check(options, where, name);
        }
        // The binder's way to say that a text is no number.
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(name, typeof(SearchOptions), [exception.Message]);
        }
    }

    static SearchOptions Check(SearchOptions options, string where, string name)
    {
        var errors = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true)
            ? options
            : throw new OptionsValidationException(name, typeof(SearchOptions), errors.Select(error => $"{where}: {error.ErrorMessage}"));
    }
}
